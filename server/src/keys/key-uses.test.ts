import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { migrate } from '../db/index.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import type { Principal } from '../http/index.ts'
import { createLog } from '../log/index.ts'
import { chatRequest, eventually, type Portal, startPortal } from '../test/index.ts'
import { createKeyUses } from './key-uses.ts'
import { keySettings, startTestKeys, type TestKeys } from './test-keys.ts'

const log = createLog('silent')
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startTestCluster()
}, 60_000)
afterAll(() => cluster.stop())
afterEach(() => vi.useRealTimers())

describe('[K12] in the service', () => {
  let portal: TestKeys
  let person: Principal
  beforeEach(async () => {
    portal = await startTestKeys(await cluster.createDatabase())
    person = await portal.aPerson('enterprise')
    return () => portal.close()
  })

  const aKey = () => portal.keys.createKey(person, keySettings({ expiresInDays: 1 }))
  const iso = (ms: number) => new Date(ms).toISOString()
  const lastUsedAt = async (id: string, { keys } = portal) => (await keys.getKey(person, id)).lastUsedAt
  const stored = async (id: string) => {
    const rows = await portal.database.db.selectFrom('api_keys').selectAll().where('id', '=', id).execute()
    return rows[0]?.last_used_at?.getTime() ?? null
  }

  it('a use shows at once where it happened, in the list too, and elsewhere when it is written', async () => {
    const second = await startTestKeys(portal.source)
    const { id, key } = await aKey()
    expect(await lastUsedAt(id)).toBeNull()
    portal.clock.ms += 5_000
    const usedAt = portal.clock.ms
    await portal.asKey(key)
    portal.clock.ms += 1_000
    expect(await lastUsedAt(id)).toBe(iso(usedAt))
    expect((await portal.keys.listKeys(person, { limit: 1 })).data).toMatchObject([
      { lastUsedAt: iso(usedAt) },
    ])
    expect(await lastUsedAt(id, second)).toBeNull()
    await portal.keyUses.close()
    expect(await lastUsedAt(id, second)).toBe(iso(usedAt))
    expect(await lastUsedAt(id)).toBe(iso(usedAt))
    await second.close()
  })

  it('a use through the old secret counts, one that is refused does not', async () => {
    const { id, key } = await aKey()
    await portal.keys.regenerateKey(person, id, { graceSeconds: 60 })
    await portal.asKey(key)
    const usedAt = portal.clock.ms
    portal.clock.ms += 60_000
    expect(await portal.principals.findBySecret(key)).toEqual({ refused: 'invalid_api_key' })
    await portal.keys.revokeKey(person, id, { leaked: false })
    expect(await portal.principals.findBySecret(key)).toMatchObject({ refused: expect.any(String) })
    expect(await lastUsedAt(id)).toBe(iso(usedAt))
  })

  it('is no change of the key: nobody is told, and updatedAt stays', async () => {
    const { id, key } = await aKey()
    const heard: string[] = []
    portal.events.subscribe(({ type }) => heard.push(type))
    const { updatedAt } = await portal.keys.getKey(person, id)
    portal.clock.ms += 1_000
    await portal.asKey(key)
    await portal.keyUses.close()
    await portal.events.publish(portal.database.db, { type: 'models-changed' })
    await eventually(() => expect(heard).toContain('models-changed'))
    expect(heard).toEqual(['models-changed'])
    expect(await portal.keys.getKey(person, id)).toMatchObject({ updatedAt })
  })

  it('is written every ten seconds, all keys in one statement, and never backwards', async () => {
    const query = vi.spyOn(portal.database.pool, 'query')
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const keyUses = createKeyUses({ pool: portal.database.pool, log })
    keyUses.start()
    const [one, two, gone] = [await aKey(), await aKey(), await aKey()]
    await portal.keys.removeKey(person, gone.id)
    for (const [index, { id }] of [one, two, gone].entries()) keyUses.note(id, portal.clock.ms + index)
    vi.advanceTimersByTime(9_999)
    expect(query).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    await eventually(async () => expect(await stored(one.id)).toBe(portal.clock.ms))
    expect(await stored(two.id)).toBe(portal.clock.ms + 1)
    expect(query).toHaveBeenCalledTimes(1)
    // As a list would show it whose row was read just before.
    expect(keyUses.lastUseOf({ id: one.id, last_used_at: null })).toEqual(new Date(portal.clock.ms))
    vi.advanceTimersByTime(10_000)
    expect(query).toHaveBeenCalledTimes(1)
    keyUses.note(one.id, portal.clock.ms - 1)
    keyUses.note(two.id, portal.clock.ms + 2)
    await keyUses.close()
    expect(await stored(one.id)).toBe(portal.clock.ms)
    expect(await stored(two.id)).toBe(portal.clock.ms + 2)
  })

  it('what a database did not take is written by the next, and newer uses are not undone', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { id } = await aKey()
    const other = await aKey()
    const warn = vi.fn()
    const keyUses = createKeyUses({ pool: portal.database.pool, log: { info() {}, warn, error() {} } })
    keyUses.start()
    const blocker = await lockKeys(portal)
    keyUses.note(id, 1_000)
    keyUses.note(other.id, 1_000)
    vi.advanceTimersByTime(10_000)
    expect(await stored(id)).toBeNull() // and the write is under way
    keyUses.note(id, 2_000)
    await eventually(() => expect(warn).toHaveBeenCalledTimes(1))
    expect(keyUses.lastUseOf({ id, last_used_at: null })).toEqual(new Date(2_000))
    expect(keyUses.lastUseOf({ id: other.id, last_used_at: null })).toEqual(new Date(1_000))
    await blocker.end()
    vi.advanceTimersByTime(10_000)
    await eventually(async () => expect([await stored(id), await stored(other.id)]).toEqual([2_000, 1_000]))
    await keyUses.close()
  })

  it('a database that does not answer holds up the end by two seconds, one under way included', async () => {
    const { id } = await aKey()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const pool = new pg.Pool({ ...portal.database.clientConfig, max: 2 })
    const keyUses = createKeyUses({ pool, log })
    const blocker = await lockKeys(portal)
    keyUses.start()
    keyUses.note(id, 1)
    vi.advanceTimersByTime(10_000)
    expect(await stored(id)).toBeNull() // and the write is under way
    keyUses.note(id, 2)
    const startedAt = performance.now()
    await keyUses.close()
    await pool.end()
    expect(performance.now() - startedAt).toBeLessThan(3_500)
    await blocker.end()
  })
})

/** A connection that keeps every key from being written until it ends. */
async function lockKeys({ database }: TestKeys): Promise<pg.Client> {
  const client = new pg.Client(database.clientConfig)
  await client.connect()
  await client.query('begin')
  await client.query('select from api_keys for update')
  return client
}

describe('[K12] in the whole portal', () => {
  const started: Portal[] = []
  afterEach(() => Promise.all(started.splice(0).map((portal) => portal.close())))
  const aPortal = async (database?: Awaited<ReturnType<TestCluster['createDatabase']>>) => {
    const portal = await startPortal({ cluster, ...(database && { database }) })
    started.push(portal)
    return portal
  }
  const stored = async ({ database }: Pick<Portal, 'database'>, id: string): Promise<Date | null> => {
    const client = new pg.Client(database.clientConfig)
    await client.connect()
    const { rows } = await client.query('select last_used_at from api_keys where id = $1', [id])
    await client.end()
    return rows[0].last_used_at
  }

  it('completions, reading and refusals all count', async () => {
    const portal = await aPortal()
    const { secret, id, owner } = await portal.aKey({ rpmLimit: 1 })
    const headers = { authorization: `Bearer ${secret}` }
    const ask = () => portal.post({ key: secret, body: chatRequest() })
    const uses: [string, number, () => Promise<Response>][] = [
      ['the models', 200, () => fetch(`${portal.url}/api/models`, { headers })],
      ['its usage', 200, () => fetch(`${portal.url}/api/keys/${id}/usage`, { headers })],
      ['a completion', 200, ask],
      ['one beyond its limit', 429, ask],
    ]
    for (const [what, status, use] of uses) {
      const before = Date.now()
      expect((await use()).status, what).toBe(status)
      const { lastUsedAt } = await portal.services.keys.getKey(owner, id)
      expect(Date.parse(lastUsedAt ?? ''), what).toBeGreaterThanOrEqual(before)
      await eventually(() => expect(Date.now()).toBeGreaterThan(before + 5))
    }
  })

  it('a use from an address that the key does not admit counts', async () => {
    const portal = await aPortal()
    const { secret, id, owner } = await portal.aKey({ ipWhitelist: ['192.0.2.1'] })
    expect((await portal.post({ key: secret, body: chatRequest() })).status).toBe(403)
    expect(await portal.services.keys.getKey(owner, id)).toMatchObject({ lastUsedAt: expect.any(String) })
  })

  it('is in the database ten seconds later, and when the portal has ended', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const portal = await aPortal()
    const { secret, id } = await portal.aKey()
    await fetch(`${portal.url}/api/models`, { headers: { authorization: `Bearer ${secret}` } })
    vi.advanceTimersByTime(10_000)
    const first = await eventually(async () => {
      const at = await stored(portal, id)
      expect(at).not.toBeNull()
      return at
    })
    await eventually(() => expect(Date.now()).toBeGreaterThan(Number(first)))
    await fetch(`${portal.url}/api/models`, { headers: { authorization: `Bearer ${secret}` } })
    await portal.close()
    started.length = 0
    expect(Number(await stored(portal, id))).toBeGreaterThan(Number(first))
  })
})

it('[K12] keys from before the column keep the last use that the rollups knew', async () => {
  const folder = mkdtempSync('/tmp/portal-migrations-')
  const all = join(import.meta.dirname, '../db/migrations')
  for (const name of ['0001_identity.sql', '0002_keys.sql', '0003_ledger.sql']) {
    cpSync(join(all, name), join(folder, name))
  }
  const { clientConfig } = await cluster.createDatabase({ empty: true })
  await migrate(clientConfig, { folder })
  const client = new pg.Client(clientConfig)
  await client.connect()
  await client.query(`
    insert into users (id, name, email) values ('usr_a', 'A', 'a@example.com');
    insert into organisations (id, name, slug, plan_id) values ('org_a', 'A', 'a', 'free');
    insert into api_keys (id, organisation_id, user_id, name, prefix, last_characters, permissions)
      select id, 'org_a', 'usr_a', 'A', '', '', '{chat}' from unnest(array['key_used', 'key_unused']) id;
    insert into usage_rollups
      select 'org_a', at, 'key_used', 'usr_a', 'm', 'ok', 1, 0, 0, 0, 0, 0, 0, 0, 0, at
      from unnest('{2026-01-01Z,2026-01-02Z}'::timestamptz[]) at`)
  await migrate(clientConfig)
  const { rows } = await client.query('select id, last_used_at from api_keys order by id desc')
  await client.end()
  rmSync(folder, { recursive: true })
  expect(rows).toEqual([
    { id: 'key_used', last_used_at: new Date('2026-01-02T00:00:00Z') },
    { id: 'key_unused', last_used_at: null },
  ])
})
