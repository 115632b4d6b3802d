// Ninety days of minutes, counted exactly: open, closed, and after the minutes are gone.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { closeStatusDays } from './closing.ts'
import { countDays } from './day-sums.ts'
import { dayMs, dayOf, minuteMs } from './minute.ts'
import { readReport } from './report.ts'
import { before, startTestDays, type TestDays } from './test-days.ts'

// A day on which clocks change in Europe is within: days are those of UTC.
const today = Date.parse('2026-04-10T00:00:00Z')
const now = today + 12 * 60 * minuteMs
const api = { id: 'api', name: 'API' }
const files = { id: 'files', name: 'Files' }

let days: TestDays
beforeAll(async () => {
  days = await startTestDays()
}, 60_000)
afterAll(() => days.close())
beforeEach(() => days.begin({ api: before(today, 92), files: before(today, 15, 360) }), 60_000)

/** The API and files as they were, with a bad day of each kind. */
async function aPast(): Promise<void> {
  await days.record({ component: 'api', from: before(today, 92), to: now, state: 'operational' })
  await days.record({ component: 'files', from: before(today, 15, 360), to: now, state: 'operational' })
  const change = async (state: 'down' | 'degraded' | null, from: number, minutes: number) => {
    const stretch = { from, to: from + minutes * minuteMs }
    await days.forget('api', stretch)
    if (state) await days.record({ component: 'api', ...stretch, state })
  }
  await change('down', before(today, 3), 7) // early in the day
  await change('degraded', before(today, 4), 30)
  await change(null, before(today, 10, 5), 65) // five minutes of the day before midnight, an hour after
  await change('down', today + minuteMs, 2)
}

const report = () => readReport(days.db, [api, files], now)
const dayAt = (
  component: Awaited<ReturnType<typeof report>>['components'][number] | undefined,
  daysAgo: number,
) => component?.days.find(({ date }) => date === dayOf(today - daysAgo * dayMs))

test('[ST4] [ST5] ninety days are counted to the minute, missing minutes as down ones', async () => {
  await aPast()
  const { components } = await report()
  const [first, second] = components
  const counted = 89 * 1440 + 720
  expect(first?.days).toHaveLength(90)
  expect(first?.uptime).toBe((100 * (counted - 7 - 65 - 2)) / counted)
  expect(dayAt(first, 0)).toMatchObject({ downMinutes: 2, uptime: (100 * 718) / 720, state: 'degraded' })
  expect(dayAt(first, 3)).toMatchObject({ downMinutes: 7, uptime: (100 * 1433) / 1440, state: 'degraded' })
  expect(dayAt(first, 4)).toMatchObject({
    downMinutes: 0,
    degradedMinutes: 30,
    uptime: 100,
    state: 'degraded',
  })
  expect(dayAt(first, 10)).toMatchObject({ downMinutes: 60, state: 'down' })
  expect(dayAt(first, 11)).toMatchObject({ downMinutes: 5, state: 'degraded' })
  expect(dayAt(first, 20)).toMatchObject({ downMinutes: 0, uptime: 100, state: 'operational' })
  // Before it was looked at there is nothing to tell, and nothing that counts.
  expect(dayAt(second, 16)).toMatchObject({ state: 'operational', downMinutes: 0 })
  expect(dayAt(second, 17)).toMatchObject({ state: 'unknown', uptime: null, downMinutes: 0 })
  expect(second?.uptime).toBe(100)
})

test('[ST6] a closed day is what its minutes came to, once, also when they are gone', async () => {
  await aPast()
  const open = await report()
  await closeStatusDays(days.db, now)
  expect(await report()).toEqual(open)
  const closed = await days.db
    .selectFrom('status_days')
    .selectAll()
    .orderBy('component')
    .orderBy('day')
    .execute()
  expect(closed.filter(({ component }) => component === 'api')).toHaveLength(89)
  const last = dayOf(today - dayMs)
  const from = dayOf(today - 10 * dayMs)
  const counted = await countDays(days.db, { from, to: last, untilMs: today })
  expect(counted).toEqual(closed.filter(({ day }) => day >= from))
  // Minutes of two weeks ago are gone; closing again changes nothing.
  const { oldest } = await days.db
    .selectFrom('status_minutes')
    .select(({ fn }) => fn.min('minute').as('oldest'))
    .executeTakeFirstOrThrow()
  expect(oldest).toEqual(new Date(today - 14 * dayMs))
  await closeStatusDays(days.db, now)
  expect(await report()).toEqual(open)
})

test('[ST6] a day that nobody closed in its night is closed in the next, and none twice', async () => {
  await aPast()
  await closeStatusDays(days.db, before(now, 5))
  await closeStatusDays(days.db, now)
  const { count } = await days.db
    .selectFrom('status_days')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('component', '=', 'api')
    .executeTakeFirstOrThrow()
  expect(Number(count)).toBe(92)
  const { components } = await report()
  expect(components[0]?.uptime).toBe((100 * (89 * 1440 + 720 - 74)) / (89 * 1440 + 720))
})

test('[ST5] minutes of planned maintenance count for nothing, overlapping windows once', async () => {
  await aPast()
  const window = { from: before(today, 10, 5), to: before(today, 10, -30) }
  await days.plan('api', window)
  await days.plan('api', { from: window.from + minuteMs, to: window.to })
  const { components } = await report()
  expect(dayAt(components[0], 10)).toMatchObject({ downMinutes: 30, maintenanceMinutes: 30 })
  expect(dayAt(components[0], 11)).toMatchObject({ downMinutes: 0, maintenanceMinutes: 5, uptime: 100 })
  await closeStatusDays(days.db, now)
  expect((await report()).components).toEqual(components)
})

test('[ST7] the service level is the API’s, with what is left of its budget in minutes', async () => {
  await aPast()
  const { serviceLevel } = await report()
  expect(serviceLevel.target).toBe(99.9)
  // April has 43,200 minutes; nine days and a half of it are over.
  expect(serviceLevel.month).toEqual({
    from: '2026-04-01T00:00:00.000Z',
    uptime: (100 * (9 * 1440 + 720 - 9)) / (9 * 1440 + 720),
    downMinutes: 9,
    budgetMinutes: 43.2,
    leftMinutes: 34.2,
  })
  expect(serviceLevel.last90Days).toMatchObject({
    ...{ downMinutes: 74, budgetMinutes: 129.6, leftMinutes: 55.6 },
    from: '2026-01-11T00:00:00.000Z',
  })
})

test('[ST4] a minute is missing only once it could have been recorded', async () => {
  await days.begin({ api: today })
  await days.record({ component: 'api', from: today, to: today + 5 * minuteMs, state: 'operational' })
  const downAt = async (atMs: number) =>
    (await readReport(days.db, [api], atMs)).components[0]?.days.at(-1)?.downMinutes
  expect(await downAt(today + 5 * minuteMs + 29_999)).toBe(0)
  expect(await downAt(today + 6 * minuteMs + 29_999)).toBe(0)
  expect(await downAt(today + 6 * minuteMs + 30_000)).toBe(1)
  expect(await downAt(today + 3 * dayMs + 30_000)).toBe(0)
})
