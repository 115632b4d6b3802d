// The status page: for visitors, for an administrator who writes of an incident, and for whoever is mailed about it.
import type { StatusReport } from '@portal/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectSoundInViews, javaScriptBytes, javaScriptBytesMax } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
beforeAll(async () => {
  world = await startWorld()
  ada = await world.aPerson()
  await world.portal.pool.query(`update users set role = 'admin' where id = $1`, [ada.userId])
  await aPast()
})
afterAll(() => world?.close())

const journey = { timeout: 90_000 }
const minuteMs = 60_000
const dayMs = 1440 * minuteMs
const model = 'model:Waymore-A1-Instruct-1011'
const midnight = () => Math.floor(Date.now() / dayMs) * dayMs

/** Sixty days of the portal, two of them bad. */
async function aPast(): Promise<void> {
  const { pool, services } = world.portal
  const from = new Date(midnight() - 60 * dayMs)
  for (const component of ['api', 'chat', 'files', model]) {
    await pool.query('insert into status_spans values ($1, $2, null)', [component, from])
    await pool.query(
      `insert into status_days select day::date, $1, 1440, 0, 0, 0, 0
       from generate_series($2::timestamptz at time zone 'UTC', $3::timestamptz at time zone 'UTC', interval '1 day') day`,
      [component, from, new Date(midnight() - dayMs)],
    )
    const now = new Date(Math.floor(Date.now() / minuteMs) * minuteMs - minuteMs)
    await pool.query(
      `insert into status_minutes select minute, $1, 'operational', null
       from generate_series($2::timestamptz, $3::timestamptz, interval '1 minute') minute`,
      [component, new Date(midnight()), now],
    )
  }
  const change = (daysAgo: number, set: string, component: string) =>
    pool.query(`update status_days set ${set} where component = $1 and day = $2`, [
      ...[component, new Date(midnight() - daysAgo * dayMs).toISOString().slice(0, 10)],
    ])
  await change(9, 'operational = 1380, missed = 60', 'api')
  await change(9, 'operational = 1380, down = 60', 'files')
  await change(30, 'operational = 1428, degraded = 12', model)
  await services.status.beat()
}

const openStatus = async (page: Page) => {
  await page.goto('/status')
  await page.getByRole('heading', { name: 'Status', level: 1 }).waitFor()
}
const bar = (page: Page, name: string) => page.getByRole('slider', { name: `${name}, by day` })

test('[W-140] [W-141] [W-143] a visitor sees how everything is, and was', journey, async () => {
  const page = await world.visit()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Status' }).click()
  await page.getByRole('heading', { name: 'Everything works.' }).waitFor()
  const answer = await page.request.get('/api/status')
  const report = (await answer.json()) as StatusReport
  expect(report.serviceLevel.last90Days.downMinutes).toBe(60)
  await page.getByText('69 minutes of 129 left to lose').waitFor()
  await bar(page, 'API').focus()
  expect(await bar(page, 'API').getAttribute('aria-valuetext')).toMatch(/: worked all day$/)
  for (let n = 0; n < 9; n++) await page.keyboard.press('ArrowLeft')
  expect(await bar(page, 'API').getAttribute('aria-valuetext')).toMatch(
    /: down for 60 minutes \(95\.83\s%\)$/,
  )
  await page
    .getByText(/down for 60 minutes \(95\.83\s%\)/)
    .first()
    .waitFor()
  await page.keyboard.press('Home')
  expect(await bar(page, 'API').getAttribute('aria-valuetext')).toMatch(/: no data$/)
  await page.keyboard.press('Tab')
  await bar(page, 'File storage').locator('[data-state="down"]').hover()
  expect(await bar(page, 'File storage').getAttribute('aria-valuetext')).toContain('down for 60 minutes')
})

test('[W-145] [W-142] [W-144] an incident is opened, seen, mailed about, and over', journey, async () => {
  const reader = 'reader@example.com'
  const visitor = await world.visit({ theme: 'dark', width: 390 })
  await openStatus(visitor)
  await visitor.getByLabel('E-mail').fill(reader)
  await visitor.getByRole('button', { name: 'Mail me' }).click()
  await visitor.getByText(/a mail with a link is on its way/).waitFor()
  await visitor.goto(await world.linkMailedTo(reader, '/status/confirm'))
  await visitor.getByRole('heading', { name: 'You will be told' }).waitFor()

  const admin = await world.visitAs(ada)
  await admin.goto('/admin/incidents')
  await admin.getByRole('button', { name: 'Open an incident' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Title').fill('Uploads fail')
  await dialog.getByLabel('Impact').selectOption('down')
  await dialog.getByLabel('File storage').check()
  await dialog.getByLabel('What to say').fill('Uploads are refused since noon.\nWe look into it.')
  await dialog.getByRole('button', { name: 'Open it' }).click()
  await admin.getByRole('heading', { name: 'Uploads fail' }).waitFor()

  await openStatus(visitor)
  const now = visitor.getByRole('region', { name: 'Now' })
  await now.getByRole('heading', { name: 'Uploads fail' }).waitFor()
  await visitor.getByRole('heading', { name: 'File storage is down.' }).waitFor()
  await now.getByText('Uploads are refused since noon.').waitFor()
  await world.linkMailedTo(reader, '/status/unsubscribe')

  await admin.getByRole('button', { name: 'Write an update about Uploads fail' }).click()
  await dialog.getByLabel('State').selectOption('resolved')
  await dialog.getByLabel('What to say').fill('Uploads work again.')
  await dialog.getByRole('button', { name: 'Say that it is over' }).click()
  await admin.getByRole('region', { name: 'Over' }).getByText('Uploads work again.').waitFor()
  const link = await world.linkMailedTo(reader, '/status/unsubscribe', 2)

  await openStatus(visitor)
  const past = visitor.getByRole('region', { name: 'Past incidents' })
  await past.getByText('Uploads work again.').waitFor()
  expect(await visitor.getByRole('region', { name: 'Now' }).count()).toBe(0)
  await visitor.getByText('Today', { exact: true }).first().waitFor()

  await visitor.goto(link)
  await visitor.getByRole('button', { name: 'End them' }).click()
  await visitor.getByRole('heading', { name: 'No more mails' }).waitFor()
})

test(
  '[W-145] [W-142] maintenance is planned in one’s own time, shown ahead, moved and called off',
  journey,
  async () => {
    const admin = await world.visitAs(ada)
    const cdp = await admin.context().newCDPSession(admin)
    await cdp.send('Emulation.setTimezoneOverride', { timezoneId: 'Asia/Kolkata' })
    await admin.goto('/admin/incidents')
    await admin.getByRole('button', { name: 'Plan maintenance' }).click()
    const dialog = admin.getByRole('dialog')
    await dialog.getByLabel('Title').fill('New disks')
    const day = new Date(Date.now() + 2 * dayMs).toISOString().slice(0, 10)
    await dialog.getByLabel('From (your time)').fill(`${day}T10:00`)
    await dialog.getByLabel(/^To\b/).fill(`${day}T11:30`)
    await dialog.getByLabel('Chat').check()
    await dialog.getByLabel('What to say').fill('Chats rest for a while.')
    await dialog.getByRole('button', { name: 'Announce it' }).click()
    await admin.getByRole('heading', { name: 'New disks' }).waitFor()
    const { maintenance } = (await (await admin.request.get('/api/status')).json()) as StatusReport
    expect(maintenance[0]).toMatchObject({ startsAt: `${day}T04:30:00.000Z`, endsAt: `${day}T06:00:00.000Z` })

    await admin.getByRole('button', { name: 'Edit New disks' }).click()
    await dialog.getByLabel(/^To\b/).fill(`${day}T12:00`)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await admin.getByText(/10:00 – 12:00/).waitFor()

    const visitor = await world.visit()
    await openStatus(visitor)
    const ahead = visitor.getByRole('region', { name: 'Planned maintenance' })
    await ahead.getByText('Chats rest for a while.').waitFor()
    await admin.getByRole('button', { name: 'Write an update about New disks' }).click()
    await dialog.getByLabel('What to say').fill('Not needed any more.')
    await dialog.getByRole('button', { name: 'Say that it is over' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await openStatus(visitor)
    await ahead.waitFor({ state: 'hidden' })
  },
)

test('[W-08] [W-09] its pages are without barriers and light', journey, async () => {
  const page = await world.visitAs(ada)
  await world.portal.services.status.beat()
  await page.goto('/status')
  await page.getByRole('heading', { name: 'Everything works.' }).waitFor()
  expect(await javaScriptBytes(page)).toBeLessThanOrEqual(javaScriptBytesMax)
  for (const path of [
    '/status',
    '/admin/incidents',
    '/status/confirm?token=x',
    '/status/unsubscribe?token=x',
  ]) {
    await expectSoundInViews(page, path)
  }
  await page.goto('/admin/incidents')
  await page.getByRole('button', { name: 'Plan maintenance' }).click()
  await page.getByRole('dialog').getByLabel('Title').waitFor()
})
