import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tables } from '../db/index.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { createUsage, type Usage } from './usage.ts'

const now = Date.UTC(2026, 2, 10, 9, 30)
let cluster: TestCluster
let db: Kysely<Tables>
let usage: Usage

beforeAll(async () => {
  cluster = await startTestCluster()
  const pool = new pg.Pool((await cluster.createDatabase()).clientConfig)
  db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  usage = createUsage(db)
}, 60_000)
afterAll(async () => {
  await db.destroy()
  await cluster.stop()
})

type Rollup = { key: string; at: string; status?: string; model?: string; requests?: number }

/** A rollup of `requests` requests with 100 tokens in, 50 out, 90 micro-USD and 800 ms each. */
async function aRollup({ key, at, status = 'ok', model = 'a', requests = 1 }: Rollup) {
  const each = (amount: number) => String(amount * requests)
  const values = {
    organisation_id: 'org_a',
    bucket_at: at,
    key_id: key,
    user_id: 'usr_a',
    model,
    status,
    requests: each(1),
    input_tokens: each(100),
    cached_tokens: each(20),
    output_tokens: each(50),
    reasoning_tokens: each(10),
    input_microusd: each(25),
    cached_microusd: each(5),
    output_microusd: each(60),
    latency_ms_sum: each(800),
    last_request_at: at,
  }
  const columns = Object.keys(values) as (keyof typeof values)[]
  await db
    .insertInto('usage_rollups')
    .columns(columns)
    .values(values as never)
    .execute()
}

test('a key’s use is summed by UTC day, newest first, over the days asked for', async () => {
  await aRollup({ key: 'key_days', at: '2026-03-10T00:00:00Z', requests: 2 })
  await aRollup({ key: 'key_days', at: '2026-03-09T23:45:00Z', model: 'b' })
  await aRollup({ key: 'key_days', at: '2026-03-09T00:00:00Z', status: 'upstream_error' })
  await aRollup({ key: 'key_days', at: '2026-03-09T00:00:00Z', status: 'client_cancelled' })
  await aRollup({ key: 'key_days', at: '2026-03-08T23:45:00Z', requests: 7 })
  await aRollup({ key: 'key_other', at: '2026-03-10T00:00:00Z' })
  expect(await usage.ofKeyByDay('key_days', { days: 2, now })).toEqual({
    totalTokensUsed: 1_800,
    dailyUsage: [
      { date: '2026-03-10', requests: 2, tokens: 300, cost: 0.00018, errors: 0 },
      { date: '2026-03-09', requests: 3, tokens: 450, cost: 0.00027, errors: 1 },
    ],
    stats: { totalRequests: 5, totalTokens: 750, avgResponseTime: 800 },
  })
})

test('a key that was never used has nothing, in zeros', async () => {
  expect(await usage.ofKeyByDay('key_none', { days: 30, now })).toEqual({
    totalTokensUsed: 0,
    dailyUsage: [],
    stats: { totalRequests: 0, totalTokens: 0, avgResponseTime: 0 },
  })
  expect(await usage.requestsOfKeyByDay('key_none', { limit: 10 })).toEqual([])
})

test('the request history shows the most recent days with use, however long ago', async () => {
  for (const day of ['2025-01-01', '2025-06-01', '2026-03-01']) {
    await aRollup({ key: 'key_history', at: `${day}T12:00:00Z` })
  }
  await aRollup({ key: 'key_history', at: '2026-03-01T12:00:00Z', status: 'node_died', requests: 3 })
  const day = { date: '2025-06-01', requests: 1, tokens: 150, cost: 0.00009, errors: 0 }
  const detail = { inputTokens: 100, outputTokens: 50, avgResponseTime: 800 }
  expect(await usage.requestsOfKeyByDay('key_history', { limit: 2 })).toEqual([
    {
      ...{ date: '2026-03-01', requests: 4, tokens: 600, cost: 0.00036, errors: 3 },
      ...{ inputTokens: 400, outputTokens: 200, avgResponseTime: 800 },
    },
    { ...day, ...detail },
  ])
})
