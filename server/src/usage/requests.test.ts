import { microusd, newId } from '@portal/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeUsage, proveSums } from '../ledger/index.ts'
import { asCsv, asJson } from './export.ts'
import { rangeOf, slotsOf } from './range.ts'
import { allRequests, pageOfRequests } from './requests.ts'
import type { Scope } from './sources.ts'
import { summarise } from './summary.ts'
import { startTestLedger } from './test-ledger.ts'

const now = Date.parse('2026-04-10T14:20:00Z')
const everything: Scope = { organisationId: 'org_a', keyId: null, userId: null, model: null, statuses: null }
let ledger: Awaited<ReturnType<typeof startTestLedger>>

beforeAll(async () => {
  ledger = await startTestLedger()
  const many = Array.from({ length: 2400 }, (_, n) => ({
    // Some in the same millisecond, some half hours empty.
    at: now - 60_000 - Math.floor(n / 3) * 137_000 * (n % 300 === 0 ? 1 : 3),
    ...{
      keyId: n % 3 === 0 ? null : ('key_a' as const),
      userId: n % 5 === 0 ? ('usr_b' as const) : ('usr_a' as const),
    },
    model: n % 400 === 7 ? 'rare' : 'common',
    status: n % 11 === 0 ? ('upstream_error' as const) : ('ok' as const),
    ...(n % 2 === 1 && { inputMicrousd: null, cachedMicrousd: null, outputMicrousd: null }),
  }))
  await ledger.settle([...many, { at: now - 5_000, organisationId: 'org_other' }])
}, 60_000)
afterAll(() => ledger.close())

const rangeFor = (period: '24h' | '90d') => rangeOf(ledger.db, { period, timezone: 'UTC' }, now)

async function pagesOf(scope: Partial<Scope>, limit: number) {
  const asked = { scope: { ...everything, ...scope }, range: await rangeFor('90d') }
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await pageOfRequests(ledger.db, asked, { limit, cursor })
    if (page.nextCursor) expect(page.data).toHaveLength(limit)
    ids.push(...page.data.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return ids
}

const failedWithoutKey = `key_id is null and status = 'upstream_error'`
const idsIn = async (where: string) => {
  const { rows } = await ledger.pool.query(
    `select id from ledger_requests where organisation_id = 'org_a' and correction = 0 and ${where}
     order by started_at desc, id desc`,
  )
  return rows.map(({ id }) => id)
}

describe.each([
  ['from quarters of an hour', false],
  ['from closed days', true],
])('%s', (_, isClosed) => {
  beforeAll(async () => {
    if (isClosed) await closeUsage(ledger.pool, now)
  }, 60_000)

  test.each<[string, Partial<Scope>, string]>([
    ['all', {}, 'true'],
    ['those of a key', { keyId: 'key_a' }, `key_id = 'key_a'`],
    ['those without one', { keyId: '' }, 'key_id is null'],
    ['a user’s', { userId: 'usr_b' }, `user_id = 'usr_b'`],
    ['a rare model’s', { model: 'rare' }, `model = 'rare'`],
    ['errors', { statuses: ['upstream_error', 'portal_error', 'node_died'] }, `status = 'upstream_error'`],
    ['what never was', { model: 'none' }, 'false'],
  ])('[UR1] %s are there page by page, the newest first, none twice', async (_name, scope, where) => {
    expect(await pagesOf(scope, 100)).toEqual(await idsIn(where))
    if (where !== 'true') expect(await pagesOf(scope, 37)).toEqual(await idsIn(where))
  })

  test.each<[string, Partial<Scope>, string]>([
    ['all', {}, 'true'],
    ['those of a model', { model: 'rare' }, `model = 'rare'`],
    ['those of a key that failed', { keyId: '', statuses: ['upstream_error'] }, failedWithoutKey],
  ])('[UC4] of %s, it is told how many have no known price', async (_name, scope, where) => {
    const range = await rangeFor('90d')
    const slots = await slotsOf(ledger.db, range, 'UTC')
    const asked = { scope: { ...everything, ...scope }, range, slots, showsUsers: false }
    const ids = await idsIn(`${where} and input_microusd is null`)
    expect(ids.length).toBeGreaterThan(1)
    expect((await summarise(ledger.db, asked)).stats.unpricedRequests).toBe(ids.length)
  })
})

describe.each([
  ['before its half hour was summed', false],
  ['after', true],
])('a late truth that comes %s', (_, isClosed) => {
  const model = `corrected-${isClosed}`
  beforeAll(async () => {
    const at = now - (isClosed ? 2 : 0) * 86_400_000
    const truth = {
      ...{ id: newId('request', at), at, model, inputMicrousd: microusd(30), latencyMs: 4_000 },
      ...{ outputTokens: 90, outputMicrousd: microusd(100), sessionId: 'ses_late', attempts: 2 },
    }
    const swept = {
      ...{ outputTokens: 10, outputMicrousd: microusd(11), latencyMs: 500, firstTokenMs: null },
      ...{ sessionId: null, attempts: 1 },
    }
    await ledger.settle([{ ...truth, ...swept, status: 'node_died', estimated: true }])
    if (isClosed) await closeUsage(ledger.pool, now)
    await ledger.settle([truth])
  }, 60_000)

  const askedFor = async (statuses: readonly string[] | null) => ({
    scope: { ...everything, model, statuses },
    range: await rangeFor('90d'),
  })
  const summaryOf = async (statuses: readonly string[] | null) => {
    const asked = await askedFor(statuses)
    const slots = await slotsOf(ledger.db, asked.range, 'UTC')
    return summarise(ledger.db, { ...asked, slots, showsUsers: true })
  }

  test('[UR1] is what the ledger’s page shows, and finds it by', async () => {
    for (const statuses of [null, ['ok']]) {
      const { data } = await pageOfRequests(ledger.db, await askedFor(statuses), { limit: 10 })
      expect(data).toEqual([
        expect.objectContaining({
          ...{ status: 'ok', outputTokens: 90, estimated: false, cost: 0.000135 },
          ...{ sessionId: 'ses_late', attempts: 2, latencyMs: 4_000, firstTokenMs: 120 },
        }),
      ])
    }
    expect((await pageOfRequests(ledger.db, await askedFor(['node_died']), { limit: 10 })).data).toEqual([])
  })

  test.each([
    ['at once', false],
    ['once it is summed again', true],
  ])('[UC6] is what the dashboard sums %s', async (_when, isSummed) => {
    if (isSummed) await closeUsage(ledger.pool, now + 2 * 3_600_000)
    for (const statuses of [null, ['ok']]) {
      const { stats } = await summaryOf(statuses)
      expect(stats).toMatchObject({ totalRequests: 1, errorCount: 0, errorRate: 0, outputTokens: 90 })
      expect(stats).toMatchObject({ totalCost: 0.000135, avgResponseTime: 4_000 })
      expect(stats.p95ResponseTime).toBeGreaterThan(3_800)
      expect(stats.p50FirstToken).toBeGreaterThan(110)
    }
    const died = await summaryOf(['node_died'])
    expect(died.stats).toMatchObject({ totalRequests: 0, totalTokens: 0, p50ResponseTime: null })
    expect(died.byModel).toEqual([])
    expect((await proveSums(ledger.pool)).differences).toEqual([])
  })
})

test('[UR1] a cursor that no page gave is a 400', async () => {
  const asked = { scope: everything, range: await rangeFor('24h') }
  await expect(pageOfRequests(ledger.db, asked, { limit: 10, cursor: 'x' })).rejects.toThrow('cursor')
})

test('[UR2] an export has every request of the range once, as CSV and as JSON', async () => {
  const asked = { scope: everything, range: await rangeFor('90d') }
  let json = ''
  for await (const piece of asJson(allRequests(ledger.db, asked))) json += piece
  const ids = await idsIn('true')
  expect(JSON.parse(json).map(({ id }: { id: string }) => id)).toEqual(ids)
  let csv = ''
  for await (const piece of asCsv(allRequests(ledger.db, asked))) csv += piece
  expect(csv.split('\r\n')).toHaveLength(ids.length + 2)
  const none = { ...asked, scope: { ...everything, model: 'none' } }
  let empty = ''
  for await (const piece of asJson(allRequests(ledger.db, none))) empty += piece
  expect(JSON.parse(empty)).toEqual([])
})
