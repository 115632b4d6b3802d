import { microusd, type UsageQuery } from '@portal/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeUsage } from '../ledger/index.ts'
import { rangeOf, slotsOf } from './range.ts'
import { queryOf, type Scope } from './sources.ts'
import { summarise } from './summary.ts'
import { type ARequest, startTestLedger } from './test-ledger.ts'
import { timesOfSlots } from './times.ts'

const now = Date.parse('2026-04-10T14:20:00Z')
const everything: Scope = { organisationId: 'org_a', keyId: null, userId: null, model: null, statuses: null }
let ledger: Awaited<ReturnType<typeof startTestLedger>>
const requests: Required<Pick<ARequest, 'keyId' | 'userId' | 'model' | 'status' | 'latencyMs'>>[] = []

const pick = <T>(values: readonly T[], n: number): T => values[n % values.length] as T

beforeAll(async () => {
  ledger = await startTestLedger()
  // Every fifty minutes for a hundred days, through Europe's change of the clock on 29 March.
  for (let n = 0; n < 2880; n++) {
    const keyId = pick(['key_a', 'key_b', null], n)
    requests.push({
      at: now - n * 50 * 60_000,
      ...{
        keyId,
        userId: keyId === 'key_b' ? 'usr_b' : 'usr_a',
        model: pick(['model-a', 'model-b'], n * 7 + (n >> 3)),
      },
      ...{
        status: pick(['ok', 'ok', 'ok', 'client_cancelled', 'upstream_error'] as const, n * 3 + (n >> 4)),
      },
      ...{
        inputTokens: 100 + n,
        cachedTokens: n % 10,
        outputTokens: n % 77,
        latencyMs: 100 + ((n * 37) % 5000),
      },
      ...{ firstTokenMs: n % 2 ? 50 + (n % 400) : null },
      ...{ inputMicrousd: microusd(n), cachedMicrousd: microusd(n % 5), outputMicrousd: microusd(3 * n) },
    } as never)
  }
  await ledger.settle(requests as never)
}, 60_000)
afterAll(() => ledger.close())

const summaryOf = async (asked: Partial<UsageQuery>, scope: Partial<Scope> = {}) => {
  const { timezone = 'UTC' } = asked
  const range = await rangeOf(ledger.db, { ...asked, timezone }, now)
  const slots = await slotsOf(ledger.db, range, timezone)
  return summarise(ledger.db, { scope: { ...everything, ...scope }, range, slots, showsUsers: true })
}

/** The same figures, from the rows themselves. */
async function countedOf(asked: Partial<UsageQuery>, scope: Partial<Scope> = {}) {
  const timezone = asked.timezone ?? 'UTC'
  const range = await rangeOf(ledger.db, { timezone, ...asked }, now)
  const { from, to } = range
  const slots = await slotsOf(ledger.db, range, timezone)
  const isHourly = slots[0]?.date.includes('T')
  const { rows } = await ledger.pool.query(
    `select to_char(started_at at time zone $3, $4) as date, count(*)::int as requests,
       sum(input_tokens + output_tokens)::int as tokens, sum(cached_tokens)::int as cached,
       sum(input_microusd + cached_microusd + output_microusd)::float8 / 1e6 as cost,
       (count(*) filter (where status = 'upstream_error'))::int as errors, round(avg(latency_ms))::int as avg
     from ledger_requests where started_at >= $1 and started_at < $2
       and ($5::text is null or coalesce(key_id, '') = $5) and ($6::text is null or user_id = $6)
       and ($7::text is null or model = $7) and ($8::text[] is null or status = any($8))
     group by 1`,
    [
      from,
      to,
      timezone,
      isHourly ? 'YYYY-MM-DD"T"HH24:00' : 'YYYY-MM-DD',
      scope.keyId ?? null,
      scope.userId ?? null,
      scope.model ?? null,
      scope.statuses ?? null,
    ],
  )
  const byDate = new Map(rows.map((row) => [row.date, row]))
  return slots.map(
    ({ date }) =>
      byDate.get(date) ?? { date, requests: 0, tokens: 0, cached: 0, cost: 0, errors: 0, avg: null },
  )
}

const figures = ({ dailyUsage }: Awaited<ReturnType<typeof summaryOf>>) =>
  dailyUsage.map(({ date, requests, tokens, cachedTokens, cost, errors, avgResponseTime }) => ({
    ...{
      date,
      requests,
      tokens,
      cached: cachedTokens,
      cost: expect.closeTo(cost, 9),
      errors,
      avg: avgResponseTime,
    },
  }))

const scopes: [string, Partial<Scope>][] = [
  ['everything', {}],
  ['a key', { keyId: 'key_b' }],
  ['no key', { keyId: '' }],
  ['a user', { userId: 'usr_a' }],
  ['a key and its user', { keyId: 'key_a', userId: 'usr_a' }],
  ['a model', { model: 'model-b' }],
  ['errors', { statuses: ['upstream_error'] }],
]
const asks: Partial<UsageQuery>[] = [
  { period: '24h' },
  { period: '7d', timezone: 'Asia/Kathmandu' },
  { period: '30d', timezone: 'Europe/Berlin' },
  { period: '90d', timezone: 'America/St_Johns' },
  { from: '2026-03-28', to: '2026-03-30', timezone: 'Europe/Berlin' },
  { from: '2026-02-03T10:15:00Z', to: '2026-02-20T08:00:00+02:00', timezone: 'Asia/Kolkata' },
]

describe.each([
  ['from quarters of an hour', false],
  ['from what was summed', true],
])('%s', (_, isClosed) => {
  beforeAll(async () => {
    if (isClosed) await closeUsage(ledger.pool, now)
  }, 120_000)

  test.each(asks)('[US2] [UC1] the days of %j are those that the rows have', async (asked) => {
    for (const [name, scope] of scopes) {
      expect([name, await countedOf(asked, scope)]).toEqual([name, figures(await summaryOf(asked, scope))])
    }
  })
  test('[US3] totals, shares and costs come to the same, whatever they are split by', async () => {
    for (const [, scope] of scopes) {
      const { stats, dailyUsage, byModel, byKey, byUser, costBreakdown } = await summaryOf(
        { period: '90d' },
        scope,
      )
      for (const parts of [dailyUsage, byModel, byKey, byUser]) {
        const sum = (of: 'requests' | 'tokens' | 'cost' | 'errors') =>
          parts.reduce((total, part) => total + part[of], 0)
        expect(sum('requests')).toBe(stats.totalRequests)
        expect(sum('tokens')).toBe(stats.totalTokens)
        expect(sum('errors')).toBe(stats.errorCount)
        expect(sum('cost')).toBeCloseTo(stats.totalCost, 6)
      }
      expect(costBreakdown.total).toBe(stats.totalCost)
      expect(byModel.reduce((total, { percentage }) => total + percentage, 0)).toBeCloseTo(100, 1)
    }
  })
  test('[US4] quantiles are within 5 % of the truth, for the whole and for each day', async () => {
    const asked = { period: '30d', timezone: 'Europe/Berlin' } as const
    const range = await rangeOf(ledger.db, asked, now)
    const { stats } = await summaryOf(asked)
    const { rows } = await ledger.pool.query(
      `select percentile_disc(array[0.5, 0.95]) within group (order by latency_ms) as ms from ledger_requests
       where started_at >= $1 and started_at < $2`,
      [range.from, range.to],
    )
    const within = (given: number | null, truth: number) =>
      expect(Math.abs((given ?? 0) - truth)).toBeLessThan(0.05 * truth + 1)
    within(stats.p50ResponseTime, rows[0].ms[0])
    within(stats.p95ResponseTime, rows[0].ms[1])
    const { rows: byDay } = await ledger.pool.query(
      `select percentile_disc(0.5) within group (order by latency_ms) as ms from ledger_requests
       where started_at >= $1 and started_at < $2 group by (started_at at time zone 'Europe/Berlin')::date
       order by (started_at at time zone 'Europe/Berlin')::date`,
      [range.from, range.to],
    )
    const slots = await slotsOf(ledger.db, range, asked.timezone)
    const times = await timesOfSlots(ledger.db, await queryOf(ledger.db, everything, range), slots)
    expect(times).toHaveLength(byDay.length)
    for (const [day, { ms }] of byDay.entries()) within(times[day]?.p50 ?? null, ms)
  })
})

test.each([
  ['a day', { from: '2026-03-01', to: '2026-03-01' }, '2026-03-01T12:00:00Z'],
  ['a half hour of today', { period: '24h' as const }, '2026-04-10T09:40:00Z'],
])(
  '[UC2] what comes for %s that was summed counts at once, and after it was summed again',
  async (_, asked, at) => {
    const before = await summaryOf(asked)
    await ledger.settle([{ at, keyId: 'key_late', outputTokens: 7 }])
    const after = await summaryOf(asked)
    expect(after.stats.totalRequests).toBe(before.stats.totalRequests + 1)
    expect(after.byKey).toContainEqual(expect.objectContaining({ keyId: 'key_late', requests: 1 }))
    await closeUsage(ledger.pool, now)
    expect((await ledger.pool.query('select from usage_reopened')).rowCount).toBe(0)
    expect(await summaryOf(asked)).toEqual(after)
  },
)
