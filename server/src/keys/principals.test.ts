import { crc32 } from 'node:zlib'
import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { isDatabaseUnavailable, type Tables } from '../db/index.ts'
import { startOwnCluster, startTestCluster, type TestCluster } from '../db/test-database.ts'
import type { Principal } from '../http/index.ts'
import { createPrincipals } from './principals.ts'
import { newSecret } from './secret.ts'
import { keySettings, startTestKeys, type TestKeys } from './test-keys.ts'

let cluster: TestCluster
let portal: TestKeys
let person: Principal

beforeAll(async () => {
  cluster = await startTestCluster()
}, 60_000)
afterAll(() => cluster.stop())
beforeEach(async () => {
  portal = await startTestKeys(await cluster.createDatabase())
  person = await portal.aPerson('pro')
  return () => portal.close()
})

const aKey = (settings: Parameters<typeof keySettings>[0] = {}) =>
  portal.keys.createKey(person, keySettings(settings))

/** The look-up with a count of the statements it sends. */
function counted() {
  const statements: string[] = []
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: portal.database.pool }),
    log: ({ query }) => void statements.push(query.sql),
  })
  return { ...createPrincipals({ db, events: portal.events, now: () => portal.clock.ms }), statements }
}

/** Until every event so far has arrived: they come in order, and keep what is looked up meanwhile from being cached. */
async function untilQuiet({ events, database }: TestKeys): Promise<void> {
  const last = new Promise<void>((resolve) => {
    const stop = events.subscribe(({ type }) => {
      if (type !== 'models-changed') return
      stop()
      resolve()
    })
  })
  await events.publish(database.db, { type: 'models-changed' })
  await last
}

it('a secret opens its key’s rights in its organisation', async () => {
  const { id, key } = await aKey({
    permissions: ['chat'],
    access: 'models',
    ipWhitelist: ['203.0.113.0/24'],
    dailyLimit: 1,
    monthlyLimit: 2,
    rpmLimit: 3,
    expiresInDays: 1,
  })
  const principal = await portal.asKey(key)
  expect(principal).toEqual({
    ...person,
    person: null,
    key: {
      role: 'owner',
      id,
      permissions: ['chat'],
      access: 'models',
      ipWhitelist: ['203.0.113.0/24'],
      allowsAddress: expect.any(Function),
      dailyLimit: 1,
      monthlyLimit: 2,
      rpmLimit: 3,
      expiresAt: portal.clock.ms + 86_400_000,
    },
  })
  expect(principal.key?.allowsAddress('203.0.113.9')).toBe(true)
  expect(principal.key?.allowsAddress('::ffff:203.0.113.9')).toBe(true)
  expect(principal.key?.allowsAddress('203.0.114.9')).toBe(false)
})

it('a key without addresses may be used from anywhere', async () => {
  const { key } = await portal.asKey((await aKey()).key)
  expect(key?.allowsAddress('192.0.2.1')).toBe(true)
})

describe('what is no secret of ours', () => {
  const withChecksum = (text: string) => text + crc32(text).toString(36)

  it.each([
    '',
    'sk-live-',
    "sk-live-'OR'1'='1",
    "sk-live-' OR 1=1 --",
    `sk-live-${"';drop table api_keys;--".padEnd(38, 'x')}`,
    `sk-live-${'%'.repeat(38)}`,
    `sk-live-${'a'.repeat(38)}`,
    `sk-live-${'a'.repeat(100_000)}`,
    withChecksum('sk-live-00000000000000000000000000000000'),
    `${newSecret()}\0`,
    newSecret().toUpperCase(),
    '{"$ne":null}',
    'Bearer x',
  ])('%s is refused without asking the database', async (secret) => {
    const { findBySecret, statements } = counted()
    expect(await findBySecret(secret)).toEqual({ refused: 'invalid_api_key' })
    expect(statements).toEqual([])
  })

  it('but has its shape and checksum is refused after asking once', async () => {
    await untilQuiet(portal)
    const { findBySecret, statements } = counted()
    const secret = newSecret()
    for (let i = 0; i < 10; i++) expect(await findBySecret(secret)).toEqual({ refused: 'invalid_api_key' })
    expect(statements).toHaveLength(1)
  })
})

describe('the cache', () => {
  it('asks the database once for a hundred uses, at once or one after another', async () => {
    const { key } = await aKey()
    await untilQuiet(portal)
    const { findBySecret, statements } = counted()
    await Promise.all(Array.from({ length: 50 }, () => findBySecret(key)))
    for (let i = 0; i < 50; i++) expect(await findBySecret(key)).toMatchObject({ userId: person.userId })
    expect(statements).toHaveLength(1)
  })

  it('judges expiry when the key is used, not when it was read', async () => {
    const { key } = await aKey({ expiresInDays: 1 })
    await portal.asKey(key)
    portal.clock.ms += 86_399_999
    await portal.asKey(key)
    portal.clock.ms += 1
    expect(await portal.principals.findBySecret(key)).toEqual({ refused: 'key_expired' })
  })

  it('shows a change on the very next use in the process that made it', async () => {
    const { id, key } = await aKey()
    for (let i = 0; i < 20; i++) {
      await portal.asKey(key)
      await portal.keys.revokeKey(person, id, { leaked: false })
      expect(await portal.principals.findBySecret(key)).toEqual({ refused: 'key_revoked' })
      await portal.keys.reactivateKey(person, id)
    }
  })

  it('is not used while events do not arrive', async () => {
    const { key } = await aKey()
    await untilQuiet(portal)
    const { findBySecret, statements } = counted()
    await findBySecret(key)
    await portal.events.close()
    await findBySecret(key)
    await findBySecret(key)
    expect(statements).toHaveLength(3)
  })
})

describe('a second process', () => {
  let second: TestKeys
  beforeEach(async () => {
    second = await startTestKeys(portal.source)
    return () => second.close()
  })
  const soon = { timeout: 1_000, interval: 5 }

  it.each([
    ['a revocation', 'key_revoked', (id: string) => portal.keys.revokeKey(person, id, { leaked: false })],
    ['a removal', 'invalid_api_key', (id: string) => portal.keys.removeKey(person, id)],
    [
      'a new secret',
      'invalid_api_key',
      (id: string) => portal.keys.regenerateKey(person, id, { graceSeconds: 0 }),
    ],
  ] as const)('sees %s within a second of its answer', async (_what, refused, change) => {
    const { id, key } = await aKey()
    await untilQuiet(second)
    await second.asKey(key)
    await change(id)
    await vi.waitFor(async () => expect(await second.principals.findBySecret(key)).toEqual({ refused }), soon)
  })

  it('sees changed rights and a changed plan within a second', async () => {
    const { id, key } = await aKey()
    await untilQuiet(second)
    expect(await second.asKey(key)).toMatchObject({ entitlements: { tier: 'PRO' }, key: { rpmLimit: null } })
    await portal.keys.updateKey(person, id, { rpmLimit: 7 })
    await vi.waitFor(
      async () => expect(await second.asKey(key)).toMatchObject({ key: { rpmLimit: 7 } }),
      soon,
    )
    await portal.accounts.setPlan({ email: 'person1@example.com', plan: 'enterprise' })
    const upgraded = { entitlements: { tier: 'ENTERPRISE', keysMax: null } }
    await vi.waitFor(async () => expect(await second.asKey(key)).toMatchObject(upgraded), soon)
  })

  it('goes on through a cut of its listener', async () => {
    const { id, key } = await aKey()
    await untilQuiet(second)
    await second.asKey(key)
    await portal.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where query ilike 'listen%' and datname = current_database()`,
    )
    await portal.keys.revokeKey(person, id, { leaked: false })
    const isRefused = async () =>
      expect(await second.principals.findBySecret(key)).toEqual({ refused: 'key_revoked' })
    await vi.waitFor(isRefused, soon)
    await vi.waitFor(() => expect(second.events.connected).toBe(true), { timeout: 10_000 })
    await isRefused()
  })

  it('forgets what it knew when it listens again: it cannot know what it missed', async () => {
    const { id, key } = await aKey()
    await untilQuiet(second)
    await second.asKey(key)
    await second.events.close()
    await portal.keys.revokeKey(person, id, { leaked: false })
    await second.events.start()
    expect(second.events.connected).toBe(true)
    expect(await second.principals.findBySecret(key)).toEqual({ refused: 'key_revoked' })
  })
})

it('a database that is away is an error, never a refusal', async () => {
  const doomed = await startOwnCluster()
  const portal = await startTestKeys(await doomed.createDatabase())
  await portal.events.close()
  await doomed.stop()
  await expect(portal.principals.findBySecret(newSecret())).rejects.toSatisfy(isDatabaseUnavailable)
  expect(await portal.principals.findBySecret('sk-live-nonsense')).toEqual({ refused: 'invalid_api_key' })
  await portal.close()
}, 30_000)
