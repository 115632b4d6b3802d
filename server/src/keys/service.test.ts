import { type ApiKeyWithSecret, newId } from '@portal/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import type { Principal } from '../http/index.ts'
import { keySettings, startTestKeys, type TestKeys } from './test-keys.ts'

const dayMs = 86_400_000
let cluster: TestCluster
let portal: TestKeys
let person: Principal

beforeAll(async () => {
  cluster = await startTestCluster()
}, 60_000)
afterAll(() => cluster.stop())
beforeEach(async () => {
  portal = await startTestKeys(await cluster.createDatabase())
  person = await portal.aPerson('enterprise')
  return () => portal.close()
})

const aKey = (settings: Parameters<typeof keySettings>[0] = {}): Promise<ApiKeyWithSecret> =>
  portal.keys.createKey(person, keySettings(settings))
const inDays = (days: number): string => new Date(portal.clock.ms + days * dayMs).toISOString()
const noGrace = { graceSeconds: 0 } as const

describe('a new key', () => {
  it('is shown with its secret and everything it was given', async () => {
    const settings = {
      name: ' Production Key ',
      description: 'Main production API key',
      permissions: ['chat', 'vision', 'chat'] as ('chat' | 'vision')[],
      access: 'models' as const,
      ipWhitelist: ['203.0.113.0/24'],
      dailyLimit: 10_000,
      monthlyLimit: 1_000_000_000_000,
      rpmLimit: 60,
      expiresInDays: 90,
    }
    const created = await aKey(settings)
    const at = new Date(portal.clock.ms).toISOString()
    expect(created).toEqual({
      ...settings,
      expiresInDays: undefined,
      id: expect.stringMatching(/^key_/),
      name: 'Production Key',
      permissions: ['chat', 'vision'],
      key: expect.stringMatching(/^sk-live-[0-9A-Za-z]{38}$/),
      prefix: created.key.slice(0, 12),
      lastCharacters: created.key.slice(-4),
      status: 'ACTIVE',
      tier: 'ENTERPRISE',
      expiresAt: inDays(90),
      revokedAt: null,
      revokeReason: null,
      leaked: false,
      lastUsedAt: null,
      createdAt: at,
      updatedAt: at,
      oldKeyValidUntil: null,
    })
    const { key: _secret, oldKeyValidUntil: _until, ...shown } = created
    expect(await portal.keys.getKey(person, created.id)).toEqual(shown)
  })

  it('never has its secret in the database, nor has a regenerated one: only the hash', async () => {
    const created = await aKey()
    const regenerated = await portal.keys.regenerateKey(person, created.id, { graceSeconds: 3600 })
    await portal.keys.revokeKey(person, created.id, { leaked: true, reason: 'canary' })
    const everything = await dump()
    expect(everything).toContain(created.id)
    expect(everything).toContain('canary')
    for (const { key } of [created, regenerated]) {
      expect(everything).not.toContain(key)
      // Beyond the first and last characters that lists show, not even a part of it.
      expect(everything).not.toContain(key.slice(12, 24))
    }
  })
})

/** Every row of every table as text. */
async function dump(): Promise<string> {
  const { db } = portal.database
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'`.execute(db)
  const rows = await Promise.all(
    tables.rows.map(({ name }) =>
      sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(db),
    ),
  )
  return rows.flatMap((result) => result.rows.map(({ row }) => row)).join('\n')
}

describe('the list', () => {
  it('goes through every key of the organisation once, newest first, and through no other’s', async () => {
    await portal.keys.createKey(await portal.aPerson('pro'), keySettings())
    const made: string[] = []
    for (let i = 0; i < 5; i++) {
      made.unshift((await aKey({ name: `Key ${i}` })).id)
      portal.clock.ms += 1
    }
    const seen: string[] = []
    let cursor: string | null | undefined
    do {
      const page = await portal.keys.listKeys(person, { limit: 2, ...(cursor && { cursor }) })
      expect(page.data.length).toBeLessThanOrEqual(2)
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor)
    expect(seen).toEqual(made)
  })

  it('has no further page when the last one is full', async () => {
    await aKey()
    expect(await portal.keys.listKeys(person, { limit: 1 })).toMatchObject({ nextCursor: null })
  })

  it('goes on after a key that was deleted meanwhile', async () => {
    const oldest = await aKey()
    portal.clock.ms += 1
    const newest = await aKey()
    const { nextCursor } = await portal.keys.listKeys(person, { limit: 1 })
    await portal.keys.removeKey(person, newest.id)
    const next = await portal.keys.listKeys(person, { limit: 1, cursor: nextCursor ?? '' })
    expect(next.data.map(({ id }) => id)).toEqual([oldest.id])
  })

  it.each(['nonsense', "key_' or 1=1", '\0', ''])('refuses the cursor %o', async (cursor) => {
    await expect(portal.keys.listKeys(person, { limit: 1, cursor })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'cursor',
    })
  })
})

describe('ownership', () => {
  const verbs: Record<string, (who: Principal, id: string) => Promise<unknown>> = {
    get: (who, id) => portal.keys.getKey(who, id),
    update: (who, id) => portal.keys.updateKey(who, id, { name: 'taken' }),
    remove: (who, id) => portal.keys.removeKey(who, id),
    regenerate: (who, id) => portal.keys.regenerateKey(who, id, noGrace),
    revoke: (who, id) => portal.keys.revokeKey(who, id, { leaked: false }),
    reactivate: (who, id) => portal.keys.reactivateKey(who, id),
    usage: (who, id) => portal.keys.usageOfKey(who, id, { days: 30 }),
    requests: (who, id) => portal.keys.requestsOfKey(who, id, { limit: 10 }),
  }

  it.each(Object.entries(verbs))(
    '%s answers alike for another’s key, none and no id, and changes nothing',
    async (_, verb) => {
      const { id } = await aKey()
      const before = await portal.keys.getKey(person, id)
      const stranger = await portal.aPerson('enterprise')
      for (const asked of [id, newId('key'), 'nonsense', '\0', "' or 1=1 --", '']) {
        await expect(verb(stranger, asked)).rejects.toMatchObject({
          code: 'not_found',
          message: 'There is no such API key.',
        })
      }
      expect(await portal.keys.getKey(person, id)).toEqual(before)
    },
  )
})

describe('update', () => {
  it('changes what is given and nothing else', async () => {
    const created = await aKey({
      dailyLimit: 5,
      expiresInDays: 1,
      ipWhitelist: ['10.0.0.0/8'],
      description: 'old',
    })
    const before = await portal.keys.getKey(person, created.id)
    portal.clock.ms += 1000
    const updatedAt = new Date(portal.clock.ms).toISOString()
    const renamed = await portal.keys.updateKey(person, created.id, { name: 'New name' })
    expect(renamed).toEqual({ ...before, name: 'New name', updatedAt })
    const opened = await portal.keys.updateKey(person, created.id, {
      description: null,
      dailyLimit: null,
      monthlyLimit: 7,
      ipWhitelist: [],
      permissions: ['images'],
      access: 'read',
    })
    expect(opened).toMatchObject({
      description: null,
      dailyLimit: null,
      monthlyLimit: 7,
      ipWhitelist: [],
      permissions: ['images'],
      access: 'read',
    })
    expect(opened.expiresAt).toBe(before.expiresAt)
  })

  it('counts expiresInDays from now; null removes the expiry', async () => {
    const { id } = await aKey({ expiresInDays: 1 })
    portal.clock.ms += 10 * dayMs
    expect(await portal.keys.getKey(person, id)).toMatchObject({ status: 'EXPIRED' })
    expect(await portal.keys.updateKey(person, id, { expiresInDays: 2 })).toMatchObject({
      status: 'ACTIVE',
      expiresAt: inDays(2),
    })
    expect(await portal.keys.updateKey(person, id, { expiresInDays: null })).toMatchObject({
      expiresAt: null,
    })
  })
})

describe('regenerate', () => {
  it('gives a new secret; the old one ends at once', async () => {
    const created = await aKey({ rpmLimit: 3 })
    const fresh = await portal.keys.regenerateKey(person, created.id, noGrace)
    expect(fresh.key).not.toBe(created.key)
    expect(fresh).toMatchObject({
      id: created.id,
      rpmLimit: 3,
      oldKeyValidUntil: null,
      prefix: fresh.key.slice(0, 12),
    })
    expect(await portal.principals.findBySecret(created.key)).toEqual({ refused: 'invalid_api_key' })
    expect(await portal.asKey(fresh.key)).toMatchObject({ key: { id: created.id } })
  })

  it('leaves the old secret working until its grace is over, and never longer than it had', async () => {
    const first = await aKey()
    const second = await portal.keys.regenerateKey(person, first.id, { graceSeconds: 60 })
    expect(second.oldKeyValidUntil).toBe(new Date(portal.clock.ms + 60_000).toISOString())
    const third = await portal.keys.regenerateKey(person, first.id, { graceSeconds: 3600 })
    for (const { key } of [first, second, third])
      expect(await portal.asKey(key)).toMatchObject({ key: { id: first.id } })
    portal.clock.ms += 60_000
    expect(await portal.principals.findBySecret(first.key)).toEqual({ refused: 'invalid_api_key' })
    expect(await portal.asKey(second.key)).toMatchObject({ key: { id: first.id } })
    portal.clock.ms += 3_540_000
    expect(await portal.principals.findBySecret(second.key)).toEqual({ refused: 'invalid_api_key' })
    expect(await portal.asKey(third.key)).toMatchObject({ key: { id: first.id } })
  })

  it('at once also ends secrets that were in their grace, and keeps no row of them', async () => {
    const first = await aKey()
    await portal.keys.regenerateKey(person, first.id, { graceSeconds: 86_400 })
    await portal.keys.regenerateKey(person, first.id, noGrace)
    expect(await portal.principals.findBySecret(first.key)).toEqual({ refused: 'invalid_api_key' })
    const secrets = await portal.database.db.selectFrom('api_key_secrets').selectAll().execute()
    expect(secrets).toHaveLength(1)
  })

  it.each([
    ['revoked', 'Reactivate it first', (id: string) => portal.keys.revokeKey(person, id, { leaked: false })],
    ['leaked', 'Create a new one', (id: string) => portal.keys.revokeKey(person, id, { leaked: true })],
    ['expired', 'expiresInDays', () => Promise.resolve()],
  ])('[K5] of a %s key is a conflict that says "%s", and changes nothing', async (what, words, end) => {
    const { id } = await aKey({ expiresInDays: 1 })
    await end(id)
    portal.clock.ms += what === 'expired' ? dayMs : 1000
    const before = await portal.keys.getKey(person, id)
    await expect(portal.keys.regenerateKey(person, id, noGrace)).rejects.toMatchObject({
      code: 'conflict',
      status: 409,
      message: expect.stringContaining(words),
    })
    expect(await portal.keys.getKey(person, id)).toEqual(before)
  })

  it('[K5] works once the key does again', async () => {
    const { id } = await aKey({ expiresInDays: 1 })
    await portal.keys.revokeKey(person, id, { leaked: false })
    portal.clock.ms += dayMs
    await portal.keys.updateKey(person, id, { expiresInDays: 1 })
    await portal.keys.reactivateKey(person, id)
    const { key } = await portal.keys.regenerateKey(person, id, noGrace)
    expect(await portal.asKey(key)).toMatchObject({ key: { id } })
  })
})

describe('revoke and reactivate', () => {
  it('stop a key and let it work again, as often as they are called', async () => {
    const { id, key } = await aKey()
    const revoked = await portal.keys.revokeKey(person, id, { reason: 'rotation', leaked: false })
    expect(revoked).toMatchObject({ status: 'REVOKED', revokeReason: 'rotation', leaked: false })
    expect(revoked.revokedAt).toBe(new Date(portal.clock.ms).toISOString())
    portal.clock.ms += 1000
    expect(await portal.keys.revokeKey(person, id, { leaked: false })).toMatchObject({
      revokedAt: revoked.revokedAt,
      revokeReason: 'rotation',
    })
    expect(await portal.principals.findBySecret(key)).toEqual({ refused: 'key_revoked' })
    for (let i = 0; i < 2; i++) {
      expect(await portal.keys.reactivateKey(person, id)).toMatchObject({
        status: 'ACTIVE',
        revokedAt: null,
        revokeReason: null,
      })
    }
  })

  it('never reactivates a leaked key, however it was revoked before or after', async () => {
    const { id } = await aKey()
    await portal.keys.revokeKey(person, id, { reason: 'rotation', leaked: false })
    await portal.keys.revokeKey(person, id, { reason: 'seen on a forum', leaked: true })
    expect(await portal.keys.revokeKey(person, id, { leaked: false })).toMatchObject({
      leaked: true,
      revokeReason: 'seen on a forum',
    })
    await expect(portal.keys.reactivateKey(person, id)).rejects.toMatchObject({
      code: 'conflict',
      status: 409,
      message: expect.stringContaining('leaked'),
    })
  })

  it('says of an expired key that it needs a new expiry first', async () => {
    const { id } = await aKey({ expiresInDays: 1 })
    await portal.keys.revokeKey(person, id, { leaked: false })
    portal.clock.ms += dayMs
    await expect(portal.keys.reactivateKey(person, id)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('expiresInDays'),
    })
    await portal.keys.updateKey(person, id, { expiresInDays: 1 })
    expect(await portal.keys.reactivateKey(person, id)).toMatchObject({ status: 'ACTIVE' })
  })
})

it('a removed key is gone with its secrets; its secret is then unknown', async () => {
  const { id, key } = await aKey()
  await portal.keys.removeKey(person, id)
  await expect(portal.keys.getKey(person, id)).rejects.toMatchObject({ code: 'not_found' })
  expect(await portal.principals.findBySecret(key)).toEqual({ refused: 'invalid_api_key' })
  expect(await portal.database.db.selectFrom('api_key_secrets').selectAll().execute()).toEqual([])
})

it('usage and requests show what the ledger knows of the key', async () => {
  const { id, name } = await aKey()
  const day = new Date(portal.clock.ms).toISOString().slice(0, 10)
  await portal.database.db
    .insertInto('usage_rollups')
    .values({
      ...{
        organisation_id: person.organisationId,
        user_id: person.userId,
        key_id: id,
        model: 'm',
        status: 'ok',
      },
      ...{
        bucket_at: new Date(`${day}T00:00:00Z`),
        last_request_at: new Date(`${day}T00:07:00Z`),
        requests: 4n,
      },
      ...{ input_tokens: 30n, cached_tokens: 0n, output_tokens: 12n, reasoning_tokens: 0n },
      ...{ input_microusd: 1_500_000n, cached_microusd: 0n, output_microusd: 0n, latency_ms_sum: 400n },
    })
    .execute()
  const used = { date: day, requests: 4, tokens: 42, cost: 1.5, errors: 0 }
  expect(await portal.keys.usageOfKey(person, id, { days: 30 })).toEqual({
    apiKey: { id, name, totalTokensUsed: 42 },
    dailyUsage: [used],
    stats: { totalRequests: 4, totalTokens: 42, avgResponseTime: 100 },
  })
  expect(await portal.keys.requestsOfKey(person, id, { limit: 10 })).toEqual({
    data: [{ ...used, inputTokens: 30, outputTokens: 12, avgResponseTime: 100 }],
  })
})
