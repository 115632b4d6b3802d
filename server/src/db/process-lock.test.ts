import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { acquireProcessLock } from './process-lock.ts'
import { startTestCluster, type TestCluster } from './test-database.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

const log = { info() {}, warn() {}, error() {} }
let cluster: TestCluster
let config: pg.ClientConfig
let admin: pg.Client

beforeAll(async () => {
  cluster = await startTestCluster()
  config = (await cluster.createDatabase()).clientConfig
  admin = new pg.Client(config)
  admin.on('error', () => {})
  await admin.connect()
})
afterAll(() => cluster.stop())

/** Sessions that hold an advisory lock in this database. */
async function holders(): Promise<number[]> {
  const { rows } = await admin.query(
    `select pid from pg_locks join pg_database on pg_database.oid = database
     where locktype = 'advisory' and granted and datname = current_database()`,
  )
  return rows.map(({ pid }) => pid)
}

test('a second process is refused until the first releases', async () => {
  const first = await acquireProcessLock(config, log)
  await expect(acquireProcessLock(config, log)).rejects.toThrow(
    /Another portal process already uses this database/,
  )
  const waiting = acquireProcessLock(config, log)
  await first.release()
  await (await waiting).release()
  expect(await holders()).toEqual([])
})

test('a lock whose connection broke is claimed again', async () => {
  const lock = await acquireProcessLock(config, log)
  const lost = vi.fn()
  lock.onLost(lost)
  const [before] = await holders()
  await admin.query('select pg_terminate_backend($1)', [before])
  await vi.waitFor(async () => expect([before, undefined]).not.toContain((await holders())[0]), 10_000)
  expect(lost).not.toHaveBeenCalled()
  await lock.release()
})

test('a process that lost its lock to another is told', async () => {
  const lock = await acquireProcessLock(config, log)
  const told = new Promise<void>((resolve) => lock.onLost(resolve))
  // The other one waits in the queue for the lock, and so gets it the moment the connection breaks.
  const rival = new pg.Client(config)
  await rival.connect()
  const [holder] = await holders()
  const { rows } = await admin.query(`select objid from pg_locks where locktype = 'advisory' and pid = $1`, [
    holder,
  ])
  const taken = rival.query('select pg_advisory_lock($1)', [rows[0].objid])
  await vi.waitFor(async () => {
    const { rowCount } = await admin.query(
      `select 1 from pg_locks join pg_database on pg_database.oid = database
       where locktype = 'advisory' and not granted and datname = current_database()`,
    )
    expect(rowCount).toBe(1)
  })
  await admin.query('select pg_terminate_backend($1)', [holder])
  await taken
  await told
  await rival.end()
  await lock.release()
})
