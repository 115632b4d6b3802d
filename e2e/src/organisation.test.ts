// An organisation and the people in it: invited by mail, given roles, removed, and told what was done.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { aDevice } from './device.ts'
import { expectSoundInViews } from './sound-page.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

const journey = { timeout: 120_000 }
const dialog = (page: Page) => page.getByRole('dialog')
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).waitFor()
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

async function choose(page: Page, whom: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${whom}` }).click()
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

/** Invites somebody from the page of members; resolves to the path that their mail leads to. */
async function invite(page: Page, email: string, role: string): Promise<string> {
  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  await dialog(page).getByLabel('E-mail').fill(email)
  await dialog(page).getByRole('radio', { name: role }).check()
  await dialog(page).getByRole('button', { name: 'Send invitation' }).click()
  await row(page, email).waitFor()
  return world.linkMailedTo(email, '/invitation')
}

/** Names the organisation of whoever the page belongs to. */
async function rename(page: Page, name: string): Promise<void> {
  await page.goto('/settings/organisation')
  await page.getByRole('textbox', { name: 'Name of the organisation' }).fill(name)
  await page.getByRole('button', { name: 'Save' }).click()
  await heading(page, name)
}

test('[W-40] somebody is invited by mail, accepts, gets another role and is removed', journey, async () => {
  const [ada, grace] = [await world.aPerson(), await world.aPerson({ name: 'Grace Hopper' })]
  const page = await world.visitAs(ada)
  await rename(page, 'Analytical Engines')
  const link = await invite(page, grace.email, 'Viewer')

  const hers = await world.visit()
  await hers.goto(link)
  await heading(hers, 'Join Analytical Engines')
  await expectAccessible(hers)
  await hers.getByRole('link', { name: 'Sign in to accept' }).click()
  expect(await hers.getByLabel('E-mail').inputValue()).toBe(grace.email)
  await hers.getByRole('textbox', { name: 'Password' }).fill(grace.password)
  await hers.getByRole('button', { name: 'Sign in', exact: true }).click()
  await hers.getByRole('button', { name: 'Accept the invitation' }).click()
  await hers.getByRole('button', { name: /^Organisation: Analytical Engines/ }).waitFor()
  await expectNothingToManage(hers)

  await page.reload()
  await row(page, grace.email).getByText('Viewer').waitFor()
  await choose(page, 'Grace Hopper', 'Change role')
  await dialog(page).getByRole('radio', { name: 'Admin' }).check()
  await dialog(page).getByRole('button', { name: 'Change role' }).click()
  await row(page, grace.email).getByText('Admin').waitFor()
  await hers.goto('/settings/members')
  await hers.getByRole('button', { name: 'Invite somebody' }).waitFor()

  await choose(page, 'Grace Hopper', 'Remove')
  await dialog(page).getByRole('button', { name: 'Remove' }).click()
  await row(page, grace.email).waitFor({ state: 'detached' })
  await hers.goto('/settings/members')
  await hers.getByRole('heading', { level: 1 }).waitFor()
  expect(await hers.getByText('Analytical Engines').count()).toBe(0)

  await page.goto('/settings/audit?action=member.removed')
  await row(page, 'Removed a member').getByText('Grace Hopper').waitFor()
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export as CSV' }).click(),
  ])
  expect(csv.suggestedFilename()).toMatch(/\.csv$/)
})

/** What a viewer may not do is told, not shown as a button that refuses. */
async function expectNothingToManage(page: Page): Promise<void> {
  await page.goto('/settings/members')
  await page.getByText('Owners and admins invite people and change roles.').waitFor()
  expect(await page.getByRole('button', { name: /^Actions for|^Invite/ }).count()).toBe(0)
  await page.goto('/settings/audit')
  await heading(page, 'For owners and admins')
  await page.goto('/settings/organisation')
  await heading(page, 'Your role: Viewer')
  await page.getByRole('button', { name: 'Leave the organisation' }).waitFor()
  expect(await page.getByRole('button', { name: 'Delete the organisation' }).count()).toBe(0)
}

test('[W-41] whoever is new signs up with the address and comes back to accept', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  await rename(page, 'Engine Works')
  const charles = { email: 'charles@example.com', password: 'Nanosecond-wire-11' }
  const link = await invite(page, charles.email, 'Member')
  await page.goto(link)
  await page.getByText('You are signed in as').waitFor()

  const his = await world.visit()
  await his.goto(link)
  await his.getByRole('link', { name: 'Create your account' }).click()
  expect(await his.getByLabel('E-mail').inputValue()).toBe(charles.email)
  await his.getByLabel('Name').fill('Charles Babbage')
  await his.getByRole('textbox', { name: 'Password' }).fill(charles.password)
  await his.getByRole('button', { name: 'Create account' }).click()
  await heading(his, 'Check your mail')
  await his.goto(await world.linkMailedTo(charles.email, '/verify-email'))
  await his.getByRole('link', { name: 'Sign in' }).click()
  await his.getByRole('textbox', { name: 'Password' }).fill(charles.password)
  await his.getByRole('button', { name: 'Sign in', exact: true }).click()
  await his.getByRole('button', { name: 'Accept the invitation' }).click()
  await his.getByRole('button', { name: /^Organisation: Engine Works/ }).waitFor()
  expect(await his.evaluate(() => localStorage.getItem('portal-return-path'))).toBeNull()
})

test(
  '[W-40] an invitation is sent again, its first link ends, and then it is withdrawn',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    const email = 'mary@example.com'
    const first = await invite(page, email, 'Billing')
    await choose(page, email, 'Send again')
    const second = await world.linkMailedTo(email, '/invitation', 2)
    const hers = await world.visit()
    await hers.goto(first)
    await heading(hers, 'This invitation has ended')
    await hers.goto(second)
    await heading(hers, /^Join /)

    await choose(page, email, 'Withdraw')
    await expectAccessible(page)
    await dialog(page).getByRole('button', { name: 'Withdraw' }).click()
    await row(page, email).waitFor({ state: 'detached' })
    await hers.reload()
    await heading(hers, 'This invitation has ended')
  },
)

test('[W-46] an organisation is handed over, and can then be left', journey, async () => {
  const [ada, grace] = [await world.aPerson(), await world.aPerson({ name: 'Grace Hopper' })]
  const page = await world.visitAs(ada)
  await rename(page, 'Relay House')
  await page.getByText('There is nobody to hand it to yet.').waitFor()
  const hers = await world.visitAs(grace)
  await hers.goto(await invite(page, grace.email, 'Member'))
  await hers.getByRole('button', { name: 'Accept the invitation' }).click()
  await hers.getByRole('button', { name: /^Organisation: Relay House/ }).waitFor()

  await page.goto('/settings/organisation')
  await page.getByText('You are its only owner').waitFor()
  await page.getByLabel('New owner').selectOption({ label: `Grace Hopper (${grace.email})` })
  await page.getByRole('button', { name: 'Hand over' }).click()
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Hand over' }).click()
  await page.getByText('Your role: Admin').waitFor()
  await hers.goto('/settings/organisation')
  await hers.getByText('Your role: Owner').waitFor()

  await page.getByRole('button', { name: 'Leave the organisation' }).click()
  await dialog(page).getByRole('button', { name: 'Leave' }).click()
  await page.getByText('You have left Relay House.').waitFor()
  expect(await page.getByRole('button', { name: /^Organisation: Relay House/ }).count()).toBe(0)
})

test('[W-42] another organisation is made, switched to, and deleted by its typed name', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  await rename(page, 'First House')
  await page.getByRole('button', { name: /^Organisation:/ }).click()
  await page.getByRole('menuitem', { name: 'New organisation' }).click()
  await dialog(page).getByLabel('Name').fill('Second House')
  await dialog(page).getByRole('button', { name: 'Create' }).click()
  await heading(page, 'Second House')
  await page.getByText('You are its only owner').waitFor()

  await page.getByRole('button', { name: /^Organisation:/ }).click()
  await page.getByRole('menuitem', { name: /First House/ }).click()
  await heading(page, 'First House')
  await page.getByRole('button', { name: /^Organisation:/ }).click()
  await page.getByRole('menuitem', { name: /Second House/ }).click()
  await heading(page, 'Second House')

  await page.getByRole('button', { name: 'Delete the organisation' }).click()
  const confirm = dialog(page).getByRole('button', { name: 'Delete for good' })
  expect(await confirm.isDisabled()).toBe(true)
  await dialog(page).getByRole('textbox').fill('Second House')
  await confirm.click()
  await page.getByRole('button', { name: /^Organisation: First House/ }).waitFor()
})

test('[W-43] an account is set to be deleted with its password, and kept after all', journey, async () => {
  const ada = await world.aPerson()
  const page = await world.visitAs(ada)
  await page.goto('/settings/profile')
  await page.getByRole('button', { name: 'Delete your account' }).click()
  await expectAccessible(page)
  await dialog(page).getByRole('textbox', { name: 'Password' }).fill('not it')
  await dialog(page).getByRole('button', { name: 'Delete my account' }).click()
  await dialog(page).getByRole('alert').getByText('The password is wrong.').waitFor()
  await dialog(page).getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await dialog(page).getByRole('button', { name: 'Delete my account' }).click()
  await page
    .getByRole('status')
    .getByText(/^Your account will be deleted on/)
    .waitFor()
  await page.goto('/keys')
  await page.getByText(/^Your account will be deleted on/).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Keep my account' }).click()
  await page.getByText('Your account stays.').waitFor()
  await page.getByText(/^Your account will be deleted on/).waitFor({ state: 'hidden' })
})

test('[W-44] a passkey is added, named anew, signs in, and is removed', journey, async () => {
  const ada = await world.aPerson()
  const { page } = await aDevice(world)
  await page.getByLabel('E-mail').fill(ada.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await heading(page, 'Hello, Ada')
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await dialog(page).getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Rename' }).click()
  await dialog(page).getByLabel('Name').fill('Desk')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText('Desk', { exact: true }).waitFor()

  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await heading(page, 'Hello, Ada')

  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Remove' }).click()
  await dialog(page).getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await dialog(page).getByRole('button', { name: 'Remove' }).click()
  await page.getByText('You have none yet.').waitFor()
})

test('[W-44] where passkeys cannot work, the server’s reason is told', async () => {
  const ada = await world.aPerson()
  const page = await world.visitAs(ada)
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await dialog(page).getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await dialog(page).getByRole('alert').getByText('Passkeys belong to a name').waitFor()
})

// Those of security and the profile are looked at with all other pages.
const paths = [
  ...['/settings/organisation', '/settings/members', '/settings/members?invite=1', '/settings/audit'],
  ...['/settings/activity', '/invitation?token=x'],
]

test(
  '[W-08] the pages of organisations are without barriers and overflow in both views',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    for (const path of paths) await expectSoundInViews(page, path)
  },
)
