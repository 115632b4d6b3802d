import { microusd } from '@portal/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeUsage } from '../ledger/index.ts'
import { asCsv, asJson } from './export.ts'
import { rangeOf } from './range.ts'
import { allRequests, pageOfRequests } from './requests.ts'
import type { Scope } from './sources.ts'
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
})

test('[UR1] one that was corrected is shown as it is known now, and found by that', async () => {
  const at = '2026-04-08T10:00:00Z'
  const swept = { id: 'req_01jqyaaaaaaaaaaaaaaaaaaaaa' as const, at }
  const truth = { ...swept, model: 'corrected', outputTokens: 90, outputMicrousd: microusd(100) }
  await ledger.settle([
    { ...truth, status: 'node_died', outputTokens: 10, outputMicrousd: microusd(11), estimated: true },
  ])
  await ledger.settle([truth])
  const range = await rangeFor('90d')
  for (const statuses of [null, ['ok']]) {
    const asked = { scope: { ...everything, model: 'corrected', statuses }, range }
    const { data } = await pageOfRequests(ledger.db, asked, { limit: 10 })
    expect(data).toEqual([
      expect.objectContaining({ status: 'ok', outputTokens: 90, estimated: false, cost: 0.000135 }),
    ])
  }
  const died = { scope: { ...everything, model: 'corrected', statuses: ['node_died'] }, range }
  expect((await pageOfRequests(ledger.db, died, { limit: 10 })).data).toEqual([])
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
