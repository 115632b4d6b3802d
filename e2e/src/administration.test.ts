// Those who run the portal: from a sign-in to whatever can be done without a shell.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { expectSoundInViews } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let admin: Person
beforeAll(async () => {
  world = await startWorld()
  admin = await world.aPerson({ name: 'Grace Hopper' })
  await world.portal.pool.query(`update users set role = 'admin' where id = $1`, [admin.userId])
})
afterAll(() => world?.close())

const journey = { timeout: 120_000 }
const dialog = (page: Page) => page.getByRole('dialog')
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

/** Opens a dialog by its button, and goes through with it. */
async function act(page: Page, [opener, confirm]: [string, string], reason?: string): Promise<void> {
  await page.getByRole('button', { name: opener, exact: true }).click()
  if (reason) await dialog(page).getByLabel('Reason').fill(reason)
  await dialog(page).getByRole('button', { name: confirm, exact: true }).click()
  await dialog(page).waitFor({ state: 'detached' })
}

/** Goes to somebody's page by searching them. */
async function find(page: Page, person: Person): Promise<void> {
  await page.goto('/admin/users')
  await page.getByLabel('Name or address begins with').fill(person.email.toUpperCase())
  await page.getByRole('link', { name: person.name, exact: true }).click()
  await heading(page, person.name)
}

test(
  '[W-150] administration is led to for those who run the portal, and says so to others',
  journey,
  async () => {
    const page = await world.visitAs(admin)
    await page.goto('/chat')
    await page.getByRole('link', { name: 'Administration' }).click()
    await page.getByText('Requests, last hour').waitFor()
    const other = await world.visitAs(await world.aPerson())
    await other.goto('/admin/users')
    await heading(other, 'For administrators')
    expect(await other.getByRole('link', { name: 'Administration' }).count()).toBe(0)
  },
)

test(
  '[W-151] somebody is found, suspended with their keys, let in again, and made an administrator',
  journey,
  async () => {
    const ada = await world.aPerson({ name: 'Ada Suspended' })
    const { key } = await ada.makeKey({ name: 'Crawler' })
    const hers = await world.visitAs(ada)
    await hers.goto('/keys')
    await heading(hers, 'API keys')
    const page = await world.visitAs(admin)
    await find(page, ada)
    expect(await world.complete(key)).toBe(200)
    await act(page, ['Suspend', 'Suspend'], 'Sent spam.')
    await page.getByText('Sent spam.').waitFor()
    expect(await world.complete(key)).toBe(403)
    await hers.goto('/usage')
    await hers.getByLabel('E-mail').fill(ada.email)
    await hers.getByRole('textbox', { name: 'Password' }).fill(ada.password)
    await hers.getByRole('button', { name: 'Sign in', exact: true }).click()
    await hers.getByText('Sent spam.').waitFor()

    await act(page, ['Let them in again', 'Let in'])
    await page.getByRole('button', { name: 'Suspend' }).waitFor()
    expect(await world.complete(key)).toBe(200)
    await act(page, ['Make administrator', 'Make administrator'])
    await page.getByText('Administrator', { exact: true }).waitFor()
  },
)

test('[W-152] two-factor sign-in is reset for somebody', journey, async () => {
  const ada = await world.aPerson({ name: 'Ada Factor' })
  await world.portal.pool.query(
    `insert into two_factors (user_id, secret, confirmed_at) values ($1, 'x', now())`,
    [ada.userId],
  )
  const page = await world.visitAs(admin)
  await find(page, ada)
  await act(page, ['Reset two-factor', 'Reset'])
  await page.getByRole('button', { name: 'Reset two-factor' }).waitFor({ state: 'detached' })
})

test('[W-153] a plan and own limits count for the next call', journey, async () => {
  const ada = await world.aPerson({ name: 'Ada Plan', plan: 'enterprise' })
  const { key } = await ada.makeKey({ name: 'Crawler' })
  const page = await world.visitAs(admin)
  await page.goto(`/admin/organisations/${ada.organisationId}`)
  await heading(page, 'Ada Plan')
  await page.getByRole('button', { name: 'Set own limits' }).click()
  await dialog(page).getByLabel('Requests a minute').fill('2')
  await dialog(page).getByRole('button', { name: 'Set limits' }).click()
  await page.getByText('Own limits: Requests a minute: 2').waitFor()
  expect([await world.complete(key), await world.complete(key), await world.complete(key)]).toEqual([
    200, 200, 429,
  ])
  await page.goto('/admin/limits')
  await page.getByRole('row').filter({ hasText: 'Ada Plan' }).getByText('2 of 2').waitFor()
  await page.goto(`/admin/organisations/${ada.organisationId}`)
  await page.getByRole('button', { name: 'Set plan' }).click()
  await dialog(page).getByRole('radio', { name: 'Free' }).check()
  await dialog(page).getByRole('button', { name: 'Set plan' }).click()
  await page.getByText('Free plan').waitFor()
})

test('[W-154] an administrator signs in as somebody under a banner, and stops', journey, async () => {
  const ada = await world.aPerson({ name: 'Ada Helped' })
  const page = await world.visitAs(admin)
  await find(page, ada)
  await act(page, ['Sign in as them', 'Sign in as them'], 'Ticket 7').catch(() => {})
  await page.getByText('You are signed in as Ada Helped').waitFor()
  await page.goto('/keys')
  await page.getByText('You are signed in as Ada Helped').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create key' }).first().click()
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Mine')
  await dialog(page).getByRole('button', { name: 'Create key' }).click()
  await dialog(page).getByText('You are signed in as somebody else').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await heading(page, 'Ada Helped')
  expect(await page.getByText('You are signed in as').count()).toBe(0)
  await page.goto('/admin/audit')
  await page.getByRole('row').filter({ hasText: 'Stopped being signed in' }).first().waitFor()
})

test('[W-155] a job that was given up is tried again, another discarded', journey, async () => {
  const page = await world.visitAs(admin)
  for (const email of ['one@example.com', 'two@example.com']) {
    await world.portal.pool.query(
      `insert into pgboss.job (name, data, policy, state, retry_limit, retry_count, completed_on, output)
       values ('asked-for-link', $1, 'short', 'failed', 4, 4, now(), '{"message":"The mailbox was full."}')`,
      [{ email, purpose: 'reset-password' }],
    )
  }
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/admin/storage')
  const tab = page.getByRole('tab', { name: 'Storage' })
  await tab.waitFor()
  await expect.poll(async () => (await tab.boundingBox())?.x).toBeLessThan(390 - 60)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto('/admin/jobs')
  const row = (email: string) => page.getByRole('row').filter({ hasText: email })
  await row('one@example.com').getByText('The mailbox was full.').waitFor()
  await row('one@example.com').getByRole('button', { name: 'Retry' }).click()
  await row('one@example.com').waitFor({ state: 'detached' })
  await row('two@example.com').getByRole('button', { name: 'Discard' }).click()
  await dialog(page).getByRole('button', { name: 'Discard' }).click()
  await row('two@example.com').waitFor({ state: 'detached' })
})

test('[W-156] a switch closes a door, after it was asked for, and opens it', journey, async () => {
  const page = await world.visitAs(admin)
  await page.goto('/admin/switches')
  const signUp = page.getByRole('switch', { name: 'Signing up' })
  await signUp.waitFor()
  await signUp.click()
  await dialog(page).getByRole('button', { name: 'Switch off' }).click()
  await dialog(page).waitFor({ state: 'detached' })
  const register = async () =>
    (
      await page.request.post('/api/auth/register', {
        data: { name: 'New', email: 'new@example.com', password: 'Correct-horse-7-battery' },
        headers: { origin: world.portal.url },
      })
    ).status()
  expect(await register()).toBe(403)
  const visitor = await world.visit()
  await visitor.goto('/sign-up')
  await heading(visitor, 'Signing up is closed')
  expect(await visitor.getByRole('button', { name: 'Create account' }).count()).toBe(0)
  await visitor.getByRole('link', { name: 'Sign in' }).click()
  await heading(visitor, 'Sign in')
  await signUp.click()
  await expect.poll(register).toBe(201)
})

test('[W-157] every page of it is sound in both themes and on a phone', { timeout: 300_000 }, async () => {
  const ada = await world.aPerson({ name: 'Ada Shown' })
  await ada.makeKey({ name: 'Crawler' })
  const page = await world.visitAs(admin)
  for (const path of [
    '/admin/overview',
    '/admin/users',
    `/admin/users/${ada.userId}`,
    '/admin/organisations',
    `/admin/organisations/${ada.organisationId}`,
    '/admin/limits',
    '/admin/jobs',
    '/admin/audit',
    '/admin/switches',
    '/admin/deliveries',
    '/admin/storage',
  ]) {
    await expectSoundInViews(page, path)
  }
})
