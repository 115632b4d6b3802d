// What dashboards read of a ledger of 200,000 requests: few rows, by an index, whatever the number of requests.
import { Kysely, type KyselyConfig, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tables } from '../db/index.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import type { Principal } from '../http/index.ts'
import { fillLedger } from '../test/fill-ledger.ts'
import { createDashboard } from './dashboard.ts'
import { rangeOf, slotsOf } from './range.ts'
import { allRequests, pageOfRequests } from './requests.ts'
import type { Scope } from './sources.ts'
import { summarise } from './summary.ts'

const now = Date.parse('2026-04-10T14:20:00Z')
const organisationId = 'org_large'
const everything: Scope = { organisationId, keyId: null, userId: null, model: null, statuses: null }
const asked: { sql: string; parameters: readonly unknown[] }[] = []
let cluster: TestCluster
let pool: pg.Pool
let db: Kysely<Tables>

beforeAll(async () => {
  cluster = await startTestCluster()
  pool = new pg.Pool((await cluster.createDatabase()).clientConfig)
  const log: KyselyConfig['log'] = ({ query: { sql, parameters } }) => {
    asked.push({ sql, parameters })
  }
  db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), log })
  const userIds = ['usr_a', 'usr_b', 'usr_c'] as const
  await fillLedger(pool, { rows: 200_000, days: 10, keys: 4, models: 2, now, organisationId, userIds })
}, 240_000)
afterAll(async () => {
  await db?.destroy()
  await cluster?.stop()
})

/** An empty table may be walked. */
const isWalked = ({ how, rows }: { how: string; rows: number }) => how === 'Seq Scan' && rows > 0

type Plan = {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  Plans?: Plan[]
}

/** The tables that were read, how, and how many of their rows. */
async function tablesRead(work: () => Promise<unknown>) {
  asked.length = 0
  await work()
  const read: { table: string; how: string; rows: number }[] = []
  const walk = (plan: Plan): void => {
    const table = plan['Relation Name']
    if (table) read.push({ table, how: plan['Node Type'], rows: plan['Actual Rows'] * plan['Actual Loops'] })
    for (const part of plan.Plans ?? []) walk(part)
  }
  for (const { sql, parameters } of [...asked]) {
    const { rows } = await pool.query(`explain (analyze, format json) ${sql}`, [...parameters])
    walk(rows[0]['QUERY PLAN'][0].Plan)
  }
  return read
}

const ranges = {
  '90 days': { period: '90d' },
  'a day': { from: '2026-04-03', to: '2026-04-03' },
} as const
const scopes: [string, Partial<Scope>][] = [
  ['all', {}],
  ['a key', { keyId: 'key_4' }],
  ['a user', { userId: 'usr_b' }],
  ['a rare model', { model: 'rare' }],
]

test.each(Object.entries(ranges))(
  '[US5] a summary of %s reads no request, and few quarters of an hour',
  async (_, given) => {
    for (const [name, scope] of scopes) {
      const range = await rangeOf(db, { timezone: 'Europe/Berlin', ...given }, now)
      const slots = await slotsOf(db, range, 'Europe/Berlin')
      const read = await tablesRead(() =>
        summarise(db, { scope: { ...everything, ...scope }, range, slots, showsUsers: true }),
      )
      expect(read.filter(({ table }) => table.startsWith('ledger'))).toEqual([])
      const fine = read.filter(({ table }) => /^usage_(rollups|histograms)$/.test(table))
      expect([name, fine.filter(isWalked)]).toEqual([name, []])
      // Of ninety days, the last two hours alone; of the others what the question tells apart.
      expect(fine.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(2_000)
      const coarse = read.filter(({ table }) => /^usage_(day|slot)_rollups/.test(table))
      expect(coarse.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(4_000)
    }
  },
)

test('[UR1] a page of the ledger reads about as many requests as it shows, far back in it too', async () => {
  const range = await rangeOf(db, { period: '90d', timezone: 'UTC' }, now)
  for (const [name, scope] of scopes) {
    const page = { scope: { ...everything, ...scope }, range }
    const { data } = await pageOfRequests(db, page, { limit: 50 })
    const cursor = data.at(-1)?.id
    for (const paging of [{ limit: 50 }, { limit: 50, cursor }]) {
      const read = await tablesRead(() => pageOfRequests(db, page, paging))
      const requests = read.filter(({ table }) => table.startsWith('ledger'))
      expect([name, requests.filter(isWalked)]).toEqual([name, []])
      expect(requests.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(5_000)
    }
  }
})

test('[UR2] an export of all of it holds a page at a time', async () => {
  const range = await rangeOf(db, { period: '90d', timezone: 'UTC' }, now)
  let [count, largest] = [0, 0]
  for await (const page of allRequests(db, { scope: everything, range })) {
    count += page.length
    largest = Math.max(largest, page.length)
  }
  const { rows } = await pool.query(
    'select count(*)::int as n from ledger_requests where organisation_id = $1 and started_at >= $2',
    [organisationId, range.from],
  )
  expect([count, largest]).toEqual([rows[0].n, 1_000])
})

test('[UR2] a person has two exports under way, and a further one once one of them ends', async () => {
  const dashboard = createDashboard({ db, now: () => now, isClosing: () => false })
  const begin = async (userId: string) => {
    const owner = { organisationId, userId, key: null, person: { role: 'owner' } } as unknown as Principal
    const pages = await dashboard.export(owner, { period: '90d', timezone: 'UTC', format: 'csv' })
    const iterator = pages[Symbol.asyncIterator]()
    await iterator.next()
    return iterator
  }
  const [first] = await Promise.all([begin('usr_a'), begin('usr_a')])
  await expect(begin('usr_a')).rejects.toMatchObject({ code: 'rate_limit_exceeded' })
  const others = await begin('usr_b')
  await first.return?.()
  await begin('usr_a')
  await others.return?.()
})
