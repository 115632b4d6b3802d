import { newId } from '@portal/contract'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { closeUsage, dropMonthsBefore, listMonths, proveSums } from '../ledger/index.ts'
import { partsOf } from './parts.ts'
import { startTestLedger } from './test-ledger.ts'
import { tendUsage } from './upkeep.ts'

const now = Date.parse('2026-04-10T14:20:00Z')
const dayMs = 86_400_000
let ledger: Awaited<ReturnType<typeof startTestLedger>>
beforeAll(async () => {
  ledger = await startTestLedger()
  await ledger.settle(
    Array.from({ length: 300 }, (_, n) => ({ at: now - n * 5 * 3_600_000, outputTokens: n })),
  )
}, 60_000)
afterAll(() => ledger.close())

/** What is tended, as the jobs of a process that has just begun would do it. */
function tended(options: { monthsKept?: number; now?: number } = {}) {
  const handlers = new Map<string, () => Promise<void>>()
  const jobs = {
    work: ({ name }: { name: string }, handler: () => Promise<void>) => handlers.set(name, handler),
    everyDay: () => {},
    everyHalfHour: () => {},
  }
  const { proof } = tendUsage({
    ...{ db: ledger.db, pool: ledger.pool, jobs: jobs as never, log: pino({ level: 'silent' }) },
    ...{ monthsKept: options.monthsKept ?? null, now: () => options.now ?? now },
  })
  return { proof, run: (name: string) => handlers.get(name)?.() }
}

const hour = 3_600_000
const halfHour = hour / 2
/** How many of the organisation's requests are read from where, and from when on from quarters of an hour. */
const readFrom = async () => {
  const range = { from: new Date(now - 90 * dayMs), to: new Date(now + hour) }
  const { days, halfHours, open } = await partsOf(ledger.db, 'org_a', range)
  return { lastDay: days.at(-1), halfHours: halfHours.at(-1), openSince: open.at(-1)?.from }
}

test('[UC2] every half hour and every day is summed an hour after its end, and no sooner', async () => {
  const midnight = Date.parse('2026-04-10T00:00:00Z')
  await closeUsage(ledger.pool, midnight + hour - 1)
  expect(await readFrom()).toMatchObject({ lastDay: '2026-04-08', openSince: midnight - halfHour })
  await closeUsage(ledger.pool, midnight + hour)
  expect(await readFrom()).toMatchObject({ lastDay: '2026-04-09', openSince: midnight })
  await closeUsage(ledger.pool, midnight + 2 * hour + halfHour - 1)
  expect(await readFrom()).toMatchObject({
    lastDay: '2026-04-09',
    halfHours: { from: midnight, to: midnight + hour },
  })
  await closeUsage(ledger.pool, now)
  expect(await readFrom()).toMatchObject({ openSince: Date.parse('2026-04-10T13:00:00Z') })
})

test('[UC2] [UC3] what comes late, from several sides, while days are closed again and again, is in their sums', async () => {
  const closing = (async () => {
    for (let n = 0; n < 12; n++) await closeUsage(ledger.pool, now)
  })()
  for (let n = 0; n < 12; n++) {
    await ledger.settle(
      Array.from({ length: 20 }, (_, i) => ({
        at: now - (2 + (i % 4)) * dayMs - n * 1000 - i,
        keyId: `key_${i}` as const,
      })),
    )
  }
  await closing
  await closeUsage(ledger.pool, now)
  expect((await ledger.pool.query('select from usage_reopened')).rowCount).toBe(0)
  const { checked, differences } = await proveSums(ledger.pool)
  expect(differences).toEqual([])
  expect(checked).toBeGreaterThan(500)
  const { rows } = await ledger.pool.query(
    `select sum(requests)::int as n from usage_day_rollups where summed_over = 1 and key_id like 'key\\__%' and key_id <> 'key_a'`,
  )
  expect(rows).toEqual([{ n: 240 }])
}, 60_000)

test('[UC3] sums are made and proven however long that takes, unlike what somebody waits for', async () => {
  const { options } = ledger.pool
  const hasty = new pg.Pool({
    ...options,
    // It is not among those that are spread.
    ...{ password: options.password, statement_timeout: 1000, query_timeout: 1100 },
  })
  const waitsLonger = async () => {
    const { rowCount } = await ledger.pool.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and now() - query_start > interval '1200 ms'`,
    )
    expect(rowCount).toBe(1)
  }
  const other = await ledger.pool.connect()
  try {
    for (const [table, work] of [
      ['usage_slot_rollups', () => closeUsage(hasty, now + dayMs)],
      ['usage_rollups', () => proveSums(hasty)],
    ] as const) {
      await other.query(`begin; lock table ${table}`)
      const [done] = await Promise.allSettled([
        work(),
        vi.waitFor(waitsLonger, 5_000).finally(() => other.query('rollback')),
      ])
      expect([table, done]).toEqual([table, expect.objectContaining({ status: 'fulfilled' })])
    }
  } finally {
    other.release()
    await hasty.end()
  }
})

test('[UC3] a proof finds what differs, in each kind of sum', async () => {
  await ledger.pool.query(
    `update usage_rollups set requests = requests + 1 where bucket_at < '2026-02-10T00:00:00Z'`,
  )
  await ledger.pool.query(
    `update usage_day_rollups set latency_counts = latency_counts || 1::bigint where day = '2026-04-08'`,
  )
  await ledger.pool.query(
    `delete from usage_slot_rollups where slot_at >= '2026-04-07T00:00:00Z' and slot_at < '2026-04-07T06:00:00Z'`,
  )
  const { differences } = await proveSums(ledger.pool)
  expect([...new Set(differences.map(({ table }) => table))].sort()).toEqual([
    'usage_day_rollups',
    'usage_rollups',
    'usage_slot_rollups',
  ])
})

test('[UC7] what a proof found is told by processes that begin later', async () => {
  const first = tended()
  await first.run('usage-proof')
  const found = first.proof()
  expect(found).toMatchObject({ at: now })
  expect(found?.differences).toBeGreaterThan(2)
  const next = tended()
  await vi.waitFor(() => expect(next.proof()).toEqual(found))
})

test('[UR3] [UR5] months are dropped as a whole, their rollups stay, and what comes for one later is taken', async () => {
  const { rows: before } = await ledger.pool.query('select count(*)::int as n from usage_rollups')
  const months = await dropMonthsBefore(ledger.pool, Date.parse('2026-03-01T00:00:00Z'))
  expect(months).toEqual(['ledger_requests_2026_02'])
  const { rows } = await ledger.pool.query('select min(started_at) as first from ledger_requests')
  expect(rows[0].first.getTime()).toBeGreaterThan(Date.parse('2026-03-01T00:00:00Z'))
  expect((await ledger.pool.query('select count(*)::int as n from usage_rollups')).rows).toEqual(before)
  await ledger.settle([{ at: '2026-02-20T00:00:00Z' }])
  // Of a month that was dropped, what came later is all there is.
  const { differences } = await proveSums(ledger.pool)
  expect(differences.filter(({ table }) => table === 'usage_rollups')).toEqual([])
  expect(await dropMonthsBefore(ledger.pool, Date.parse('2026-03-31T00:00:00Z'))).toEqual([
    'ledger_requests_2026_02',
  ])
})

test('[UC8] a late truth of a month that was dropped counts instead of what was settled, not beside it', async () => {
  const { pool } = ledger
  const at = '2025-07-05T10:00:00Z'
  const swept = {
    at,
    organisationId: 'org_late',
    status: 'node_died',
    errorCode: null,
    firstTokenMs: null,
  } as const
  const ids = [newId('request', Date.parse(at)), newId('request', Date.parse(at))] as const
  const counted = async () => {
    const { rows } = await pool.query(
      `select status, sum(requests)::int as requests, sum(output_tokens)::int as output from usage_rollups
       where organisation_id = 'org_late' and requests <> 0 group by 1 order by 1`,
    )
    return rows
  }
  const drop = () => dropMonthsBefore(pool, Date.parse('2025-08-01T00:00:00Z'))
  const single = async () =>
    (await pool.query(`select from ledger_requests where organisation_id = 'org_late'`)).rowCount
  await ledger.settle(ids.map((id) => ({ ...swept, id, outputTokens: 40 })))
  await drop()
  const truth = { at, organisationId: 'org_late', status: 'ok' } as const
  await ledger.settle([{ ...truth, id: ids[0], outputTokens: 25 }])
  expect(await counted()).toEqual([
    { status: 'node_died', requests: 1, output: 40 },
    { status: 'ok', requests: 1, output: 25 },
  ])
  // The month is there again until the next night: what was not corrected is kept again, the other goes.
  expect([await single(), await drop(), await single()]).toEqual([3, ['ledger_requests_2025_07'], 0])
  await ledger.settle([{ ...truth, id: ids[1], outputTokens: 30 }])
  expect(await counted()).toEqual([{ status: 'ok', requests: 2, output: 55 }])
  await drop()
  expect((await pool.query('select from ledger_swept')).rowCount).toBe(0)
})

test('[UR3] so many whole months before this one are kept as the operator said', async () => {
  const monthsLeft = async () => (await listMonths(ledger.pool)).map(({ table }) => table.slice(-7))
  await ledger.settle([{ at: '2026-01-31T23:59:59Z' }, { at: '2026-02-01T00:00:00Z' }])
  await tended().run('ledger-retention')
  expect(await monthsLeft()).toEqual(expect.arrayContaining(['2026_01', '2026_02', '2026_03', '2026_04']))
  await tended({ monthsKept: 2 }).run('ledger-retention')
  expect((await monthsLeft()).slice(0, 3)).toEqual(['2026_02', '2026_03', '2026_04'])
  await tended({ monthsKept: 1, now: Date.parse('2026-04-01T00:00:00Z') }).run('ledger-retention')
  expect((await monthsLeft())[0]).toBe('2026_03')
})

test('[UR4] what a process that died had begun to drop is dropped, and what comes for it later is taken', async () => {
  const { pool } = ledger
  await ledger.settle(['2025-10-05T00:00:00Z', '2025-11-05T00:00:00Z'].map((at) => ({ at })))
  await pool.query('alter table ledger_requests detach partition ledger_requests_2025_10')
  const [reader, dropping] = [await pool.connect(), await pool.connect()]
  await reader.query('begin; select from ledger_requests_2025_11')
  await dropping.query('set statement_timeout = 300')
  await expect(
    dropping.query('alter table ledger_requests detach partition ledger_requests_2025_11 concurrently'),
  ).rejects.toThrow('timeout')
  await reader.query('rollback')
  for (const client of [reader, dropping]) client.release(true)

  const begun = ['ledger_requests_2025_10', 'ledger_requests_2025_11']
  const months = (await listMonths(pool)).map(({ table }) => table)
  expect(months.filter((table) => begun.includes(table))).toEqual([])
  const dropped = await dropMonthsBefore(pool, Date.parse('2025-12-01T00:00:00Z'))
  expect(dropped.sort()).toEqual(begun)
  await ledger.settle(['2025-10-06T00:00:00Z', '2025-11-06T00:00:00Z'].map((at) => ({ at })))
  const { rows } = await pool.query(
    `select count(*)::int as n from ledger_requests where started_at < '2025-12-01T00:00:00Z'`,
  )
  expect(rows).toEqual([{ n: 2 }])
})
