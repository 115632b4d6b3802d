// What stands around every page: the way around, keys, themes, and what happens when the server is away.
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
beforeAll(async () => {
  world = await startWorld()
  ada = await world.aPerson()
  await ada.makeKey({ name: 'Lighthouse' })
})
afterAll(() => world?.close())

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
const sessionUrl = '**/api/auth/get-session'

describe('the theme', () => {
  test('[W-20] is the system’s until another is chosen, which stays after a reload, from the first paint', async () => {
    const page = await world.visitAs(ada, { theme: 'dark' })
    await page.goto('/')
    await page.getByRole('heading', { level: 1 }).waitFor()
    const dark = await background(page)
    await page.getByRole('button', { name: 'Use the light theme' }).click()
    await expect.poll(() => background(page)).not.toBe(dark)
    const light = await background(page)
    await page.route('**/*.js', (route) => route.abort())
    await page.reload()
    expect(await background(page)).toBe(light)
  })
})

describe('the keyboard', () => {
  test('[W-21] "?" lists the keys of the page in view, but types itself in a field', async () => {
    const page = await world.visitAs(ada)
    await page.goto('/keys')
    await page.getByRole('row').filter({ hasText: 'Lighthouse' }).waitFor()
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await sheet.getByText('Create a key').waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'hidden' })
    await page.keyboard.press('n')
    const name = page.getByRole('dialog').getByLabel('Name')
    await name.fill('What')
    await name.press('?')
    expect(await name.inputValue()).toBe('What?')
    await page.keyboard.press('Control+/')
    await sheet.waitFor()
  })

  test('[W-22] Ctrl+K finds pages, keys and actions', async () => {
    const page = await world.visitAs(ada)
    const typed = Promise.withResolvers<void>()
    await page.route('**/api/keys?*', async (route) => {
      await typed.promise
      await route.continue()
    })
    await page.goto('/settings')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    const search = page.getByLabel('Search pages, keys, chats and actions')
    await search.waitFor()
    await page.keyboard.type('lighth')
    await page.getByText('Nothing has that name.').waitFor()
    // Keys that come after the typing are chosen as well.
    typed.resolve()
    await page.getByRole('button', { name: 'Lighthouse' }).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/keys?q=Lighthouse')
  })

  test('[W-23] the first thing that Tab reaches leads past the navigation', async () => {
    const page = await world.visitAs(ada)
    await page.goto('/keys')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
  })
})

test('[W-24] on a phone the navigation is a drawer that Escape closes', async () => {
  const page = await world.visitAs(ada, { width: 390, height: 844 })
  await page.goto('/')
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('dialog', { name: 'Menu' }).waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Menu' }).waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
})

describe('the session', () => {
  test.each([
    ['fails', (route: Route) => route.fulfill({ status: 500, body: '{}' })],
    ['cannot be reached', (route: Route) => route.abort()],
  ])(
    '[W-25] a server that %s takes neither the page nor what was typed',
    { timeout: 90_000 },
    async (_, fail) => {
      const page = await world.visitAs(ada)
      await page.goto('/keys?create=1')
      const name = page.getByRole('dialog').getByLabel('Name')
      await name.fill('Half written')
      let failures = 0
      await page.route(sessionUrl, (route) => {
        failures += 1
        return fail(route)
      })
      // The page asks who is signed in when somebody comes back to it, here as after a long time.
      await page.clock.setFixedTime(Date.now() + 3_600_000)
      await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
      await page.getByText('The portal does not answer').first().waitFor()
      // It gives up trying, and begins again: the page has seen every state of failing.
      await expect.poll(() => failures, { timeout: 20_000 }).toBeGreaterThan(3)
      expect(await name.inputValue()).toBe('Half written')
      await page.unroute(sessionUrl)
      await page.getByText('The portal does not answer').waitFor({ state: 'hidden' })
      expect(await name.inputValue()).toBe('Half written')
    },
  )

  test('[W-26] that was ended elsewhere leads to signing in, and from there back', async () => {
    const page = await world.visitAs(ada)
    await page.goto('/keys?q=light')
    await page.getByRole('row').filter({ hasText: 'Lighthouse' }).waitFor()
    await page.waitForLoadState('networkidle')
    const other = await world.visitAs(ada)
    await other.goto('/settings/sessions')
    await other.getByRole('button', { name: 'Sign out every other device' }).click()
    await other.getByRole('button', { name: 'Sign them out' }).click()
    await other.getByText('You are signed in nowhere else.').waitFor()
    await page.getByRole('link', { name: 'Organisation' }).click()
    await page.waitForURL(/\/sign-in\?next=%2Fsettings%2Forganisation$/)
    await page.getByLabel('E-mail').fill(ada.email)
    await page.getByRole('textbox', { name: 'Password' }).fill(ada.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL('**/settings/organisation')
    await page.getByRole('heading', { name: 'Leave' }).waitFor()
  })
})

test('[W-29] the account menu says who is signed in, and is worked with the keyboard', async () => {
  const page = await world.visitAs(ada, { theme: 'dark' })
  await page.goto('/')
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
  await page.getByText(ada.email).waitFor()
  await expectAccessible(page)
  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  await page.keyboard.press('End')
  await expect.poll(focused).toBe('Sign out')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await expect.poll(focused).toBe('Security')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/settings/security')
})

test('[W-27] a page that fails leaves the shell standing, and a link leads on', async () => {
  const others = await filesOf('/keys')
  const own = new Set([...(await filesOf('/settings/appearance'))].filter((file) => !others.has(file)))
  expect(own.size).toBeGreaterThan(0)
  const page = await world.visitAs(ada)
  await page.route('**/assets/*.js', (route) =>
    own.has(new URL(route.request().url()).pathname) ? route.abort() : route.continue(),
  )
  await page.goto('/settings/appearance')
  await page.getByRole('heading', { name: 'This page failed' }).waitFor()
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('row').filter({ hasText: 'Lighthouse' }).waitFor()
})

/** What a page loads of the app's files. */
async function filesOf(path: string): Promise<Set<string>> {
  const page = await world.visitAs(ada)
  await page.goto(path)
  await page.waitForLoadState('networkidle')
  return new Set(
    await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    ),
  )
}

test('[W-28] a first key and a first answer are a click each', async () => {
  const page = await world.visitAs(await world.aPerson())
  await page.goto('/')
  await page.getByRole('button', { name: 'Ask the model' }).click()
  const answer = page.getByLabel('The model’s answer')
  await page.getByRole('button', { name: 'Ask again' }).waitFor()
  expect((await answer.innerText()).length).toBeGreaterThan(20)
  await page.getByRole('button', { name: 'Create a key' }).click()
  await page.getByText(/^curl http/).waitFor()
  await expectAccessible(page)
})

test('[W-28] an answer stays, also when the models cannot be asked for again', async () => {
  const page = await world.visitAs(ada)
  await page.goto('/')
  await page.getByRole('button', { name: 'Ask the model' }).click()
  await page.getByRole('button', { name: 'Ask again' }).waitFor()
  let refusals = 0
  await page.route('**/api/chat/models', (route) => {
    refusals += 1
    return route.fulfill({ status: 500, body: '{}' })
  })
  await page.clock.setFixedTime(Date.now() + 3_600_000)
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
  await expect.poll(() => refusals).toBe(3)
  await page.waitForLoadState('networkidle')
  expect((await page.getByLabel('The model’s answer').innerText()).length).toBeGreaterThan(20)
})
