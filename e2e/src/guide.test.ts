// The guide in the app, as somebody reads it who has no account yet, or one.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

test('[W-50] whoever is not signed in reads the guide, and comes back to it after signing in', async () => {
  const ada = await world.aPerson()
  const page = await world.visit()
  await page.goto('/docs')
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('heading', { name: 'Rotate a key' }).waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('E-mail').fill(ada.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL('**/docs/api-keys')
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).waitFor()
})

test('[W-50] somebody signed in finds it in the navigation and where keys are', async () => {
  const page = await world.visitAs(await world.aPerson())
  await page.goto('/keys')
  await page.getByRole('link', { name: 'How to use a key' }).click()
  await page.getByRole('heading', { name: 'Getting started', level: 1 }).waitFor()
  expect(await page.getByRole('link', { name: 'Help' }).first().getAttribute('aria-current')).toBe('page')
  await page.getByRole('link', { name: 'All help pages' }).click()
  await page.getByRole('heading', { name: 'Help', level: 1 }).waitFor()
})

test('[W-51] a link leads to the heading it names, and a copied example calls this portal', async () => {
  const page = await world.visit()
  await page.goto('/docs/getting-started')
  await page.getByRole('link', { name: 'make another one' }).click()
  await page.waitForURL('**/docs/self-hosting#create-a-key-from-the-command-line')
  await expectInView(page, 'Create a key from the command line')
  await page.goto('/docs/api-keys#rotate-a-key')
  await expectInView(page, 'Rotate a key')
  await page
    .getByRole('navigation', { name: 'On this page' })
    .getByRole('link', { name: 'Delete a key' })
    .click()
  await expectInView(page, 'Delete a key')
  await page.getByRole('button', { name: 'Copy the code' }).first().click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain(`curl ${world.portal.url}/api/keys`)
})

/** Waits until a heading is where one reads it, below the header. */
async function expectInView(page: Page, name: string): Promise<void> {
  const heading = page.getByRole('heading', { name })
  const top = () => heading.evaluate((shown) => shown.getBoundingClientRect().top)
  await expect.poll(top).toBeGreaterThan(50)
  await expect.poll(top).toBeLessThan(700)
}
