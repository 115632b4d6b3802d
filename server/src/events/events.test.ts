import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import type { PortalEvent } from './event.ts'
import { createEvents, type Events } from './events.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

const log = { info() {}, warn: vi.fn(), error: vi.fn() }
let cluster: TestCluster
let pool: pg.Pool
let clientConfig: pg.ClientConfig
let db: Kysely<object>
let here: Events
let there: Events

beforeAll(async () => {
  cluster = await startTestCluster()
  clientConfig = (await cluster.createDatabase()).clientConfig
  pool = new pg.Pool(clientConfig)
  pool.on('error', () => {})
  db = new Kysely({ dialect: new PostgresDialect({ pool }) })
  here = createEvents({ clientConfig, log })
  there = createEvents({ clientConfig, log: { info() {}, warn() {}, error() {} } })
  await here.start()
  await there.start()
})
afterAll(async () => {
  await Promise.all([here.close(), there.close(), db.destroy()])
  await cluster.stop()
})

/** Resolves to the events that arrive up to and with the given one. */
function eventsUntil(events: Events, last: PortalEvent): Promise<PortalEvent[]> {
  const seen: PortalEvent[] = []
  return new Promise((resolve) => {
    const unsubscribe = events.subscribe((event) => {
      seen.push(event)
      if (JSON.stringify(event) !== JSON.stringify(last)) return
      unsubscribe()
      resolve(seen)
    })
  })
}

test('an event reaches every process once its transaction commits, and never when it rolls back', async () => {
  const last: PortalEvent = { type: 'models-changed' }
  const [seenHere, seenThere] = [eventsUntil(here, last), eventsUntil(there, last)]
  const undone = db.transaction().execute(async (trx) => {
    await here.publish(trx, { type: 'key-changed', keyId: 'key_undone' })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  await db.transaction().execute((trx) => here.publish(trx, { type: 'key-changed', keyId: 'key_1' }))
  await here.publish(db, { type: 'organisation-changed', organisationId: 'org_1' })
  await here.publish(db, last)
  const expected = [
    { type: 'key-changed', keyId: 'key_1' },
    { type: 'organisation-changed', organisationId: 'org_1' },
    last,
  ]
  expect(await seenHere).toEqual(expected)
  expect(await seenThere).toEqual(expected)
})

test('an unknown event and a listener that fails disturb nobody else', async () => {
  const unsubscribe = here.subscribe(() => {
    throw new Error('broken listener')
  })
  const seen = eventsUntil(here, { type: 'models-changed' })
  await pool.query(`select pg_notify('portal_events', '{"type":"from-the-future"}')`)
  await pool.query(`select pg_notify('portal_events', 'not json')`)
  await here.publish(db, { type: 'models-changed' })
  expect(await seen).toEqual([{ type: 'models-changed' }])
  expect(log.warn).toHaveBeenCalledTimes(2)
  expect(log.error).toHaveBeenCalledTimes(1)
  unsubscribe()
})

test('who unsubscribed hears nothing more', async () => {
  const listener = vi.fn()
  here.subscribe(listener)()
  const seen = eventsUntil(here, { type: 'models-changed' })
  await here.publish(db, { type: 'models-changed' })
  await seen
  expect(listener).not.toHaveBeenCalled()
})

test('while the connection is down `connected` is false; then caches are dropped and events flow again', async () => {
  const states: boolean[] = []
  const reconnected = new Promise<void>((resolve) => {
    here.onReconnect(() => {
      states.push(here.connected)
      resolve()
    })
  })
  // Nobody can connect until the test allows it again: the outage is long enough to be seen.
  const database = (await pool.query('select current_database() as name')).rows[0].name
  const admin = new pg.Client({ ...clientConfig, database: 'postgres' })
  await admin.connect()
  await admin.query(`alter database ${database} allow_connections false`)
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database])
  await vi.waitFor(() => expect([here.connected, there.connected]).toEqual([false, false]), 10_000)
  await admin.query(`alter database ${database} allow_connections true`)
  await admin.end()
  await reconnected
  expect(states).toEqual([true])

  await vi.waitFor(() => expect(there.connected).toBe(true), 10_000)
  const seen = eventsUntil(there, { type: 'key-changed', keyId: 'key_2' })
  await here.publish(db, { type: 'key-changed', keyId: 'key_2' })
  expect(await seen).toEqual([{ type: 'key-changed', keyId: 'key_2' }])
})

test('before start and after close nothing counts as connected', async () => {
  const events = createEvents({ clientConfig, log })
  expect(events.connected).toBe(false)
  await events.start()
  expect(events.connected).toBe(true)
  await events.close()
  expect(events.connected).toBe(false)
})
