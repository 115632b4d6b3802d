// Signing up, signing in and one's own account, as somebody does it who reads their mail.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { codeOf } from './authenticator.ts'
import { aDevice } from './device.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

const journey = { timeout: 90_000 }
const passwordField = (page: Page) => page.getByRole('textbox', { name: 'Password' })
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).waitFor()

async function giveCredentials(page: Page, { email, password }: { email: string; password: string }) {
  await page.getByLabel('E-mail').fill(email)
  await passwordField(page).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
}

test('[W-30] somebody signs up, follows the link in the mail once, and signs in', journey, async () => {
  const page = await world.visit()
  const grace = { email: 'grace@example.com', password: 'Nanosecond-wire-11' }
  await page.goto('/')
  await page.waitForURL('**/sign-in')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Name').fill('Grace Hopper')
  await page.getByLabel('E-mail').fill(grace.email)
  await passwordField(page).fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Use a password of at least 12 characters.').waitFor()
  await passwordField(page).fill(grace.password)
  await page.getByText('Strong', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Create account' }).click()
  await heading(page, 'Check your mail')
  await expectAccessible(page)
  expect(await page.getByRole('link', { name: 'mailbox' }).getAttribute('href')).toBe('/dev/mailbox')
  await page.getByRole('button', { name: 'Send the mail again' }).click()
  await page.getByRole('button', { name: /^Send again in \d+ s$/ }).waitFor()

  await page.goto(await world.linkMailedTo(grace.email, '/verify-email', 2))
  await heading(page, 'Your address is confirmed')
  await page.reload()
  await heading(page, 'This link did not work')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await giveCredentials(page, grace)
  await heading(page, 'Hello, Grace')
})

test('[W-31] an address that is taken leads to signing in or a new password', async () => {
  const ada = await world.aPerson()
  const page = await world.visit()
  await page.goto('/sign-up')
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('E-mail').fill(ada.email)
  await passwordField(page).fill('Another-engine-22')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('alert').getByText('There is an account with this address.').waitFor()
  await page.getByRole('link', { name: 'Set a new password' }).click()
  expect(await page.getByLabel('E-mail').inputValue()).toBe(ada.email)
})

test('[W-32] a forgotten password is replaced by mail', journey, async () => {
  const ada = await world.aPerson()
  const page = await world.visit()
  await page.goto('/sign-in')
  await giveCredentials(page, { ...ada, password: 'not it' })
  await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor()
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await heading(page, 'Check your mail')
  await page.goto(await world.linkMailedTo(ada.email, '/reset-password'))
  const password = 'Difference-engine-33'
  await passwordField(page).fill(password)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await heading(page, 'Your password is set')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await giveCredentials(page, { email: ada.email, password })
  await heading(page, 'Hello, Ada')
})

/** Turns two-factor sign-in on; the secret for the app, and the backup codes. */
async function turnOnTwoFactor(page: Page) {
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Turn on' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByAltText('QR code for your authenticator app').waitFor()
  const secret = await dialog.locator('pre').innerText()
  await dialog.getByLabel('The code that the app shows now').fill('000000')
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  await dialog.getByRole('alert').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('The code that the app shows now').fill(codeOf(secret))
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  const shown = page.getByRole('dialog', { name: 'Your backup codes' })
  await shown.waitFor()
  await expectAccessible(page)
  const codes = await shown.getByRole('listitem').allInnerTexts()
  await shown.getByLabel('I have saved them').check()
  await shown.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Turn off' }).waitFor()
  return { secret, codes }
}

test('[W-33] with a second factor signing in asks for a code, or a backup code', journey, async () => {
  const ada = await world.aPerson()
  const page = await world.visitAs(ada)
  const { secret, codes } = await turnOnTwoFactor(page)
  expect(codes).toHaveLength(10)

  await signOut(page)
  await giveCredentials(page, ada)
  await heading(page, 'Two-factor sign-in')
  await expectAccessible(page)
  await page.getByLabel('Code').fill('000000')
  await page.getByRole('alert').waitFor()
  // The code of now was taken in setting up, and each works once.
  await page.getByLabel('Code').fill(codeOf(secret, 1))
  await heading(page, 'Hello, Ada')

  await signOut(page)
  await giveCredentials(page, ada)
  await page.getByRole('button', { name: 'Use a backup code' }).click()
  await page.getByLabel('Backup code').fill(codes[0] ?? '')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await heading(page, 'Hello, Ada')

  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Turn off' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await dialog.getByLabel('A code of the app, or a backup code').fill(codes[1] ?? '')
  await dialog.getByRole('button', { name: 'Turn off' }).click()
  await page.getByRole('button', { name: 'Turn on' }).waitFor()
})

test('[W-33] a passkey is a second factor, too', journey, async () => {
  const ada = await world.aPerson()
  const { page } = await aDevice(world)
  await giveCredentials(page, ada)
  await heading(page, 'Hello, Ada')
  await turnOnTwoFactor(page)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Rename' }).waitFor()

  await signOut(page)
  await giveCredentials(page, ada)
  await heading(page, 'Two-factor sign-in')
  await page.getByRole('button', { name: 'Use a passkey instead' }).click()
  await heading(page, 'Hello, Ada')
})

test('[W-34] devices are listed, and the others are signed out', journey, async () => {
  const ada = await world.aPerson()
  const other = await world.visitAs(ada)
  const page = await world.visitAs(ada)
  await page.goto('/settings/sessions')
  await page.getByText('This device').waitFor()
  expect(await page.getByRole('button', { name: 'Sign out', exact: true }).count()).toBe(1)
  await page.getByRole('button', { name: 'Sign out every other device' }).click()
  await page.getByRole('button', { name: 'Sign them out' }).click()
  await page.getByText('You are signed in nowhere else.').waitFor()
  await other.goto('/keys')
  await other.waitForURL('**/sign-in?next=%2Fkeys')
})

test('[W-35] the profile and the password are changed, and say so', journey, async () => {
  const ada = await world.aPerson()
  const page = await world.visitAs(ada)
  await page.goto('/settings/profile')
  const save = page.getByRole('button', { name: 'Save' })
  await page.getByRole('textbox', { name: 'Name', exact: true }).waitFor()
  expect(await save.isDisabled()).toBe(true)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Augusta King')
  await page.getByLabel('Company').fill('Analytical Engines')
  await page.getByLabel('Time zone').selectOption('Europe/London')
  await save.click()
  await page.getByText('Your profile is saved.').waitFor()
  await page.getByRole('button', { name: 'Account of Augusta King' }).waitFor()

  await page.getByRole('tab', { name: 'Security' }).click()
  await page.getByRole('textbox', { name: 'Current password' }).fill('wrong')
  await page.getByRole('textbox', { name: 'New password' }).fill('Bernoulli-numbers-44')
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByRole('alert').getByText('The current password is wrong.').waitFor()
  await page.getByRole('textbox', { name: 'Current password' }).fill(ada.password)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByText('Your password is changed.').waitFor()
})
