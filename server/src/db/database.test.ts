import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { isDatabaseUnavailable } from './availability.ts'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { startTestCluster, type TestCluster } from './test-database.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

const log = { info() {}, warn: vi.fn(), error() {} }

/** Resolves to what a promise rejects with. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error) => error,
  )

describe('on a managed server', () => {
  let cluster: TestCluster
  let database: Database

  beforeAll(async () => {
    cluster = await startTestCluster()
    const { url } = await cluster.createDatabase()
    database = await openDatabase({ url, dataDir: '/nowhere', log, poolMax: 2 })
  })
  afterAll(async () => {
    await database.close()
    await cluster.stop()
  })

  test('values arrive exact: bigint, decimal text, UTC instants, plain dates, parsed JSON', async () => {
    const { rows } = await sql`select
      9007199254740993::int8 as int8, '{1,NULL,9007199254740993}'::int8[] as int8s, '{}'::int8[] as none,
      0.1::numeric as numeric, '2026-03-29T01:30:00+02'::timestamptz as at, '2026-03-29'::date as date,
      '{2026-03-29}'::date[] as dates, '{"a":[1]}'::jsonb as json, 1::int4 as int4, '{a,b}'::text[] as texts
    `.execute(database.db)
    expect(rows[0]).toEqual({
      int8: 9007199254740993n,
      int8s: [1n, null, 9007199254740993n],
      none: [],
      numeric: '0.1',
      at: new Date('2026-03-28T23:30:00Z'),
      date: '2026-03-29',
      dates: ['2026-03-29'],
      json: { a: [1] },
      int4: 1,
      texts: ['a', 'b'],
    })
  })

  test('the typed tables are those of the migrations', async () => {
    const plans = await database.db
      .selectFrom('plans')
      .select(['id', 'tokens_per_month'])
      .orderBy('id')
      .execute()
    expect(plans).toEqual([
      { id: 'enterprise', tokens_per_month: null },
      { id: 'free', tokens_per_month: 1000n },
      { id: 'pro', tokens_per_month: 50000n },
    ])
  })

  test('a statement ends after 10 seconds; connections outside the pool have no such limit', async () => {
    expect((await database.pool.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '10s' }])
    const client = new pg.Client(database.clientConfig)
    await client.connect()
    expect((await client.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '0' }])
    await client.end()
  })

  test('an idle connection that breaks is logged and replaced', async () => {
    const { rows } = await database.pool.query('select pg_backend_pid() as pid')
    const client = new pg.Client(database.clientConfig)
    await client.connect()
    await client.query('select pg_terminate_backend($1)', [rows[0].pid])
    await client.end()
    await vi.waitFor(() => expect(log.warn).toHaveBeenCalled(), 5_000)
    expect(JSON.stringify(log.warn.mock.calls)).not.toContain(String(database.clientConfig.password))
    expect((await database.pool.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  })

  test('a connection that breaks in the middle of a transaction fails its next statement, not the process', async () => {
    const broken = new Promise<void>((resolve) => database.pool.once('remove', () => resolve()))
    const transaction = database.db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
      await database.pool.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid])
      await sql`select 1`.execute(trx)
    })
    expect(isDatabaseUnavailable(await failure(transaction))).toBe(true)
    await broken
  })

  test('a pool without a free connection counts as unavailable, a wrong statement and a timeout do not', async () => {
    const held = await Promise.all([database.pool.connect(), database.pool.connect()])
    expect(isDatabaseUnavailable(await failure(database.pool.query('select 1')))).toBe(true)
    for (const client of held) client.release()
    expect(isDatabaseUnavailable(await failure(database.pool.query('select nothing')))).toBe(false)
    const slow = database.pool.query(`set statement_timeout = 1; select pg_sleep(5)`)
    expect(await failure(slow)).toMatchObject({ code: '57014' })
    expect(isDatabaseUnavailable(await failure(slow))).toBe(false)
  })
})

describe('a managed server that cannot be used', () => {
  const open = (url: string) => openDatabase({ url, dataDir: '/nowhere', log, patienceMs: 0 })

  test('an address of the wrong form is refused with the right one', async () => {
    await expect(open('mysql://u:hunter2@db/x')).rejects.toThrow(/of the form postgres:\/\//)
  })

  test('one that does not answer is named, and its password is not', async () => {
    const error = await failure(open('postgres://u:hunter2@127.0.0.1:1/portal'))
    expect(String(error)).toMatch(/database portal at 127\.0\.0\.1:1 \(DATABASE_URL\).*ECONNREFUSED/)
    expect(String(error)).not.toContain('hunter2')
    expect(isDatabaseUnavailable(error)).toBe(true)
  })

  test('while it is waited for, one line of the log says which and why, without a stack or the password', async () => {
    const warn = vi.fn()
    const url = 'postgres://u:hunter2@localhost:1/portal'
    const waiting = openDatabase({ url, dataDir: '/nowhere', log: { ...log, warn }, patienceMs: 1_200 })
    const error = await failure(waiting)
    expect(warn.mock.calls).toEqual([
      [
        { host: 'localhost:1', reason: expect.stringMatching(/^connect ECONNREFUSED [^\n]+$/) },
        'the database does not answer yet',
      ],
    ])
    expect(String(error)).toMatch(
      /^Error: The database portal at localhost:1 \(DATABASE_URL\) cannot be used: connect ECONNREFUSED .*Check the address/,
    )
    expect(String(error)).not.toContain('hunter2')
  })
})

test('without a URL a server of our own runs, comes back when killed, and ends with us', async () => {
  const dataDir = mkdtempSync('/tmp/portal-db-')
  const database = await openDatabase({ dataDir, log })
  expect(await migrate(database.clientConfig)).toContain('0001_identity.sql')
  await database.db.insertInto('nodes').values({ id: 'kept' }).execute()

  const lock = join(dataDir, 'postgres/data/postmaster.pid')
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  const cut = failure(database.pool.query('select pg_sleep(20)'))
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query(`select 1 from pg_stat_activity where wait_event = 'PgSleep'`)
    expect(rows.length).toBe(1)
  }, 10_000)
  process.kill(pid, 'SIGKILL')
  expect(isDatabaseUnavailable(await cut)).toBe(true)
  // Its orphans may still answer for a moment.
  await vi.waitFor(() => expect(Number.parseInt(readFileSync(lock, 'utf8'), 10)).not.toBe(pid), 20_000)
  await vi.waitFor(async () => {
    expect(await database.db.selectFrom('nodes').select('id').execute()).toEqual([{ id: 'kept' }])
  }, 20_000)

  await database.close()
  expect(isDatabaseUnavailable(await failure(database.pool.query('select 1')))).toBe(true)
  const client = new pg.Client(database.clientConfig)
  expect(isDatabaseUnavailable(await failure(client.connect()))).toBe(true)
  expect(() => statSync(lock)).toThrow('ENOENT')
  rmSync(dataDir, { recursive: true, force: true })
})
