// Alerts from their making to their end, told to a real server that stands for Slack and for webhooks.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { expectSound, views } from './sound-page.ts'
import { joinAsMember } from './usage-world.ts'
import { type Person, startWorld, type World } from './world.ts'

const network = '127.0.0.9'
const journey = { timeout: 90_000 }

let world: World
let receiver: Server
let status = 200
const arrived: { path: string; body: string }[] = []
const address = (path: string) => `http://${network}:${(receiver.address() as AddressInfo).port}${path}`

beforeAll(async () => {
  receiver = createServer((req, res) => {
    let body = ''
    req.on('data', (chunk) => {
      body += chunk
    })
    req.on('end', () => {
      arrived.push({ path: req.url ?? '', body })
      res.writeHead(status).end('as the test says')
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, network, resolve))
  world = await startWorld({ env: { WEBHOOK_NETWORKS: `${network}/32` } })
})
afterAll(async () => {
  await world?.close()
  receiver?.closeAllConnections()
  await new Promise((resolve) => receiver?.close(resolve))
})
beforeEach(() => {
  status = 200
})

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const menuOf = (page: Page, name: string) => page.getByRole('button', { name: `Actions for ${name}` })
const choose = async (page: Page, name: string, item: string) => {
  await menuOf(page, name).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** Makes an alert on so many tokens, told to Slack. */
async function makeAlert(page: Page, { name, amount, path }: { name: string; amount: string; path: string }) {
  await page.getByRole('button', { name: 'Make an alert' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Measure').selectOption('tokens')
  await dialog.getByLabel('Amount').fill(amount)
  await dialog.getByLabel('Again every').fill('')
  await dialog.getByLabel('Mail to the owners').uncheck()
  await dialog.getByLabel('Mail to the admins').uncheck()
  await dialog.getByLabel('Slack').fill(address(path))
  await dialog.getByRole('button', { name: 'Make the alert' }).click()
  await row(page, name).waitFor()
}

async function openAlerts(person: Person, path = '/usage/alerts'): Promise<Page> {
  const page = await world.visitAs(person)
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

test(
  '[W-131] portal row 20: an alert is made by hand, fires by a completion, and is resolved',
  journey,
  async () => {
    const person = await world.aPerson()
    const { key } = await person.makeKey({ name: 'Shop' })
    const page = await world.visitAs(person)
    await page.goto('/usage')
    await page.getByRole('link', { name: 'Alerts', exact: true }).click()
    await row(page, 'Tokens of the plan').getByText('Quiet').waitFor()
    await makeAlert(page, { name: 'Tokens of the shop', amount: '1', path: '/fires' })
    await row(page, 'Tokens of the shop').getByText('Quiet').waitFor()
    expect(await world.complete(key)).toBe(200)
    await row(page, 'Tokens of the shop').getByText('Fired at 100 %').waitFor({ timeout: 20_000 })
    await row(page, 'Tokens of the shop').getByText('Critical').waitFor()
    await expectAccessible(page)
    await expect.poll(() => arrived.filter(({ path }) => path === '/fires').length).toBe(1)
    expect(arrived.find(({ path }) => path === '/fires')?.body).toContain('100 % reached')

    await choose(page, 'Tokens of the shop', 'Edit')
    await page.getByRole('dialog').getByLabel('Amount').fill('1000000')
    await page.getByRole('button', { name: 'Save' }).click()
    await row(page, 'Tokens of the shop').getByText('Quiet').waitFor({ timeout: 20_000 })
    await choose(page, 'Tokens of the shop', 'History')
    const said = page.getByRole('list', { name: 'What alerts have said' })
    await said.getByText('Below 100 % again').waitFor()
    await said.getByText('50, 75, 90 % at the same time').waitFor()
    await said.getByText('Critical').waitFor()
    await expect.poll(() => said.getByText('Delivered').count()).toBe(2)
  },
)

test('[W-135] an unreachable Slack is shown with its error, and told again by hand', journey, async () => {
  status = 404
  const page = await openAlerts(await world.aPerson())
  await makeAlert(page, { name: 'Far away', amount: '100', path: '/far' })
  await choose(page, 'Far away', 'Send a test')
  await row(page, 'Far away').getByText('Slack: It answered with status 404.').waitFor({ timeout: 20_000 })
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByText('Failed').waitFor()
  await page.getByRole('button', { name: 'Details' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Answered with 404').waitFor()
  await dialog.getByText('as the test says').waitFor()
  await page.keyboard.press('Escape')
  status = 200
  await page.getByRole('button', { name: 'Send again' }).click()
  await page.getByText('Delivered').waitFor({ timeout: 20_000 })
  await page.getByRole('tab', { name: 'Alerts' }).click()
  await expect.poll(() => row(page, 'Far away').getByText('It answered').count()).toBe(0)
})

test('[W-132] what is wrong is said at its field, and a dialog is used by keyboard', journey, async () => {
  const page = await openAlerts(await world.aPerson())
  await row(page, 'Tokens of the plan').waitFor()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await page.keyboard.type('By hand')
  await page.keyboard.press('Enter')
  await dialog.getByText('Enter an amount above 0.').waitFor()
  await expect
    .poll(() => dialog.getByLabel('Amount').evaluate((field) => field === document.activeElement))
    .toBe(true)
  await page.keyboard.type('12.5')
  expect(await dialog.getByLabel('Again every').inputValue()).toBe('25 %')
  await dialog.getByLabel('Again every').fill('5')
  await page.keyboard.press('Enter')
  await dialog.getByText('Enter a whole percentage from 10 to 1000, or nothing.').waitFor()
  await dialog.getByLabel('Again every').fill('50')
  await dialog.getByLabel('Slack').fill('https://127.0.0.1/within')
  await page.keyboard.press('Enter')
  await dialog
    .getByText(/Only public addresses are told/)
    .first()
    .waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Slack').fill('')
  await page.keyboard.press('Enter')
  await row(page, 'By hand').getByText('$0.00 of $12.50').waitFor()
})

test('[W-133] turned off and on, deleted and taken back', journey, async () => {
  const page = await openAlerts(await world.aPerson())
  await choose(page, 'Tokens of the plan', 'Turn off')
  await row(page, 'Tokens of the plan').getByText('Off', { exact: true }).waitFor()
  await choose(page, 'Tokens of the plan', 'Delete')
  await page.getByRole('heading', { name: 'No alerts' }).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await row(page, 'Tokens of the plan').getByText('Off', { exact: true }).waitFor()
})

test(
  '[W-136] a webhook is added with a secret shown once, pinged, and deleted with a way back',
  journey,
  async () => {
    const page = await openAlerts(await world.aPerson(), '/usage/webhooks')
    await page.getByRole('button', { name: 'Add a webhook' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Address').fill(address('/hook'))
    await dialog.getByLabel('Description').fill('Our pager')
    await dialog.getByRole('button', { name: 'Add the webhook' }).click()
    await dialog.getByText(/^whsec_/).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await dialog.getByText(/^whsec_/).waitFor()
    await dialog.getByLabel('I have stored the secret').check()
    await dialog.getByRole('button', { name: 'Done' }).click()
    const card = page.getByRole('region', { name: 'Our pager' })
    await card.getByRole('button', { name: 'What was sent' }).click()
    await card.getByText('Nothing was sent').waitFor()
    await card.getByRole('button', { name: 'Ping' }).click()
    await card.getByText('Delivered').waitFor({ timeout: 20_000 })
    expect(arrived.some(({ path, body }) => path === '/hook' && body.includes('webhook.ping'))).toBe(true)
    await card.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { name: 'No webhooks' }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await card.waitFor()
  },
)

test('[W-137] a member sees alerts and nothing that changes them', journey, async () => {
  const [owner, person] = [await world.aPerson(), await world.aPerson({ name: 'Bob' })]
  const page = await world.visitAs(person)
  await joinAsMember(world, { page, person, owner })
  await page.goto('/usage/alerts')
  await row(page, 'Tokens of the plan').waitFor()
  expect(await page.getByRole('button', { name: 'Make an alert' }).count()).toBe(0)
  expect(await menuOf(page, 'Tokens of the plan').count()).toBe(0)
  await page.getByRole('tab', { name: 'Webhooks' }).click()
  await page.getByRole('heading', { name: 'For owners, admins and billing' }).waitFor()
})

describe.each(views)('in the $theme theme, $width pixels wide', (view) => {
  test(
    '[W-08] [W-138] alerts, their dialog, their history and webhooks have no barriers',
    journey,
    async () => {
      const person = await world.aPerson({ plan: 'free' })
      const page = await world.visitAs(person, view)
      await expectSound(page, '/usage/webhooks')
      await expectSound(page, '/usage/alerts/history')
      await expectSound(page, '/usage/alerts')
      await page.getByRole('button', { name: 'Actions for Tokens of the plan' }).click()
      await page.getByRole('menuitem', { name: 'Send a test' }).click()
      await page.getByRole('button', { name: 'Make an alert' }).click()
      await page.getByRole('dialog').getByLabel('Name').waitFor()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await page.goto('/usage/alerts/history')
      await page
        .getByText('Who was told')
        .or(page.getByRole('list', { name: 'Who was told' }))
        .first()
        .waitFor()
      await expectAccessible(page)
    },
  )
})
