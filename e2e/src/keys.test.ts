// The page of API keys, as somebody uses it who has a browser and a keyboard.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())
const dialog = (page: Page) => page.getByRole('dialog')
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

async function choose(page: Page, key: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${key}` }).click()
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

/** Reads the secret that is shown, and closes the dialog as one has to. */
async function takeSecret(page: Page): Promise<string> {
  const shown = dialog(page).filter({ hasText: 'Your API key' })
  const secret = await shown.locator('pre').innerText()
  await shown.getByLabel('I have saved it').check()
  await shown.getByRole('button', { name: 'Done' }).click()
  await shown.waitFor({ state: 'hidden' })
  return secret
}

test('[W-10] a key is created with its limits, shown once, and the copied command works in a shell', async () => {
  const page = await world.visitAs(await world.aPerson())
  await page.goto('/keys')
  await page.getByRole('heading', { name: 'No API keys yet' }).waitFor()
  await page.keyboard.press('n')
  await dialog(page).getByRole('button', { name: 'Create key' }).click()
  await dialog(page).getByText('Enter a name of at most 100 characters.').waitFor()
  expect(
    await dialog(page)
      .getByLabel('Name')
      .evaluate((field) => field === document.activeElement),
  ).toBe(true)
  await dialog(page).getByLabel('Name').fill('Shop window')
  await dialog(page).getByText('Limits, addresses and expiry').click()
  await dialog(page).getByLabel('Requests a minute').fill('60')
  await dialog(page).getByLabel('Allowed addresses').fill('127.0.0.0/8 ')
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Create key' }).click()

  const shown = dialog(page).filter({ hasText: 'Your API key' })
  await shown.waitFor()
  await page.keyboard.press('Escape')
  expect(await shown.isVisible()).toBe(true)
  expect(await shown.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true)
  await expectAccessible(page)
  await shown.getByRole('button', { name: 'Copy a curl command' }).click()
  await shown.getByRole('button', { name: 'Copied' }).waitFor()
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', await clipboard(page)])
  expect(JSON.parse(stdout)).toMatchObject({ object: 'chat.completion' })

  const secret = await takeSecret(page)
  expect(await page.content()).not.toContain(secret)
  await row(page, 'Shop window').getByText(secret.slice(-4)).waitFor()
})

test('[W-11] a key is edited, regenerated with grace, revoked, reactivated and deleted by its typed name', async () => {
  const ada = await world.aPerson()
  const { key: first } = await ada.makeKey({ name: 'Crawler' })
  const page = await world.visitAs(ada)
  await page.goto('/keys')

  await choose(page, 'Crawler', 'Edit')
  await dialog(page).getByLabel('Name').fill('Spider')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await row(page, 'Spider').waitFor()

  await choose(page, 'Spider', 'Regenerate')
  await dialog(page).getByLabel('In 1 hour').check()
  await dialog(page).getByRole('button', { name: 'Regenerate' }).click()
  await dialog(page).getByText('The old secret works until').waitFor()
  const second = await takeSecret(page)
  expect(await world.complete(first)).toBe(200)
  expect(await world.complete(second)).toBe(200)

  await choose(page, 'Spider', 'Revoke')
  await dialog(page).getByLabel('Reason').fill('Moved to another machine')
  await dialog(page).getByRole('button', { name: 'Revoke' }).click()
  await row(page, 'Spider').getByText('Moved to another machine').waitFor()
  expect(await world.complete(second)).toBe(401)

  await choose(page, 'Spider', 'Reactivate')
  await row(page, 'Spider').getByText('Active').waitFor()

  await choose(page, 'Spider', 'Delete')
  const confirm = dialog(page).getByRole('button', { name: 'Delete for good' })
  expect(await confirm.isDisabled()).toBe(true)
  await dialog(page).getByRole('textbox').fill('Spider')
  await confirm.click()
  await page.getByRole('heading', { name: 'No API keys yet' }).waitFor()
})

test('[W-12] what the plan does not allow is explained, and what was typed stays', async () => {
  const free = await world.aPerson({ plan: 'free' })
  const page = await world.visitAs(free)
  await fillPlan(free.makeKey)
  await page.goto('/keys?create=1')
  await dialog(page).getByLabel('Name').fill('One too many')
  await dialog(page).getByRole('button', { name: 'Create key' }).click()
  await dialog(page).getByRole('alert').getByText('Your organisation may have').waitFor()
  expect(await dialog(page).getByLabel('Name').inputValue()).toBe('One too many')
})

/** Makes keys until the plan says no. */
async function fillPlan(makeKey: (settings: { name: string }) => Promise<unknown>): Promise<void> {
  for (let made = 0; made < 100; made++) {
    try {
      await makeKey({ name: `Key ${made}` })
    } catch {
      return
    }
  }
  throw new Error('The plan has no end.')
}

test('[W-13] among many keys one is found by typing, and a search can be linked to', async () => {
  const ada = await world.aPerson()
  for (const name of ['Shop', 'Crawler', 'Laptop', 'Desk', 'Nightly', 'Phone']) await ada.makeKey({ name })
  const page = await world.visitAs(ada)
  await page.goto('/keys')
  await row(page, 'Shop').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('night')
  await row(page, 'Shop').waitFor({ state: 'hidden' })
  expect(new URL(page.url()).search).toBe('?q=night')
  await page.reload()
  await row(page, 'Nightly').waitFor()
  expect(await page.getByRole('row').count()).toBe(2)
  await page.getByLabel('Search the keys').fill('nothing of the kind')
  await page.getByText('No key matches.').waitFor()
})

test('[W-14] the last 30 days are drawn for a key that was used, and said for one that was not', async () => {
  const ada = await world.aPerson()
  const { key } = await ada.makeKey({ name: 'Used' })
  await ada.makeKey({ name: 'Unused' })
  expect(await world.complete(key)).toBe(200)
  const page = await world.visitAs(ada)
  await page.goto('/keys')
  await row(page, 'Used')
    .getByRole('img', { name: /^1 request and .* tokens in 30 days$/ })
    .waitFor()
  await row(page, 'Unused').getByText('No usage').waitFor()
})

test('[W-15] on a phone each key is a card with the same actions', async () => {
  const ada = await world.aPerson()
  await ada.makeKey({ name: 'Pocket' })
  const page = await world.visitAs(ada, { width: 390, height: 844, theme: 'dark' })
  await page.goto('/keys')
  await page.getByRole('listitem').filter({ hasText: 'Pocket' }).getByText('Active').waitFor()
  expect(await page.getByRole('table').count()).toBe(0)
  await page.getByRole('button', { name: 'Actions for Pocket' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await choose(page, 'Pocket', 'Revoke')
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('listitem').getByText('Revoked').waitFor()
})

test('[W-16] a list that cannot be loaded says so and is there after another try', async () => {
  const ada = await world.aPerson()
  await ada.makeKey({ name: 'Behind a fault' })
  const page = await world.visitAs(ada)
  await page.route('**/api/keys?*', (route) => route.fulfill({ status: 500, body: '{}' }))
  await page.goto('/keys')
  await page.getByRole('alert').getByText('Your keys could not be loaded').waitFor()
  await expectAccessible(page)
  await page.unroute('**/api/keys?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await row(page, 'Behind a fault').waitFor()
})
