// Keys as actors: through the real service, no key gets beyond itself.
import {
  type ApiKey,
  type ApiKeyWithSecret,
  CreateKeyBody,
  type Permission,
  UpdateKeyBody,
} from '@portal/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { addressMatcher, type KeyGrant, type Principal } from '../http/index.ts'
import { keySettings, startTestKeys, type TestKeys } from './test-keys.ts'

let cluster: TestCluster
let portal: TestKeys
let person: Principal

beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await startTestKeys(await cluster.createDatabase())
  person = await portal.aPerson('enterprise')
}, 60_000)
afterAll(async () => {
  await portal.close()
  await cluster.stop()
})

const narrow = {
  name: 'Narrow',
  permissions: ['chat'] as Permission[],
  ipWhitelist: ['10.0.0.0/8'],
  dailyLimit: 100,
  monthlyLimit: 1000,
  rpmLimit: 10,
  expiresInDays: 10,
}
const narrowUnlimited = { ...narrow, dailyLimit: null, monthlyLimit: null, rpmLimit: null }

const aKeyAsActor = async (settings: Parameters<typeof keySettings>[0]): Promise<Principal> =>
  portal.asKey((await portal.keys.createKey(person, keySettings(settings))).key)

const countKeys = async () => (await portal.keys.listKeys(person, { limit: 100 })).data.length
const denied = (field: string) =>
  expect.objectContaining({ code: 'permission_denied', status: 403, param: field })

describe('a narrow key', () => {
  it('may change, copy, regenerate and revive what stays within itself', async () => {
    const actor = await aKeyAsActor(narrowUnlimited)
    const self = actor.key?.id ?? ''
    const copy = await portal.keys.createKey(actor, keySettings({ ...narrow, expiresInDays: 9 }))
    await portal.keys.updateKey(actor, copy.id, { rpmLimit: 5, description: 'slower' })
    await portal.keys.revokeKey(actor, copy.id, { leaked: false })
    expect(await portal.keys.reactivateKey(actor, copy.id)).toMatchObject({ status: 'ACTIVE', rpmLimit: 5 })
    await portal.keys.regenerateKey(actor, copy.id, { graceSeconds: 0 })
    await portal.keys.updateKey(actor, self, { name: 'Renamed by itself' })
    await portal.keys.regenerateKey(actor, self, { graceSeconds: 0 })
  })

  it.each<[string, UpdateKeyBody]>([
    ['permissions', { permissions: ['chat', 'vision'] }],
    ['ipWhitelist', { ipWhitelist: [] }],
    ['ipWhitelist', { ipWhitelist: ['10.0.0.1', '192.0.2.1'] }],
    ['dailyLimit', { dailyLimit: null }],
    ['monthlyLimit', { monthlyLimit: 1001 }],
    ['rpmLimit', { rpmLimit: 11 }],
    ['expiresInDays', { expiresInDays: 11 }],
    ['expiresInDays', { expiresInDays: null }],
  ])('may not widen itself in %s: %o', async (field, wider) => {
    const actor = await aKeyAsActor(narrow)
    const self = actor.key?.id ?? ''
    const before = await portal.keys.getKey(person, self)
    await expect(portal.keys.updateKey(actor, self, wider)).rejects.toEqual(denied(field))
    expect(await portal.keys.getKey(person, self)).toEqual(before)
  })

  it.each<[string, UpdateKeyBody]>([
    ['permissions', { permissions: ['chat', 'vision'] }],
    ['ipWhitelist', { ipWhitelist: [] }],
    ['expiresInDays', { expiresInDays: 11 }],
  ])('may not make a key with more %s: %o', async (field, wider) => {
    const actor = await aKeyAsActor(narrowUnlimited)
    const keys = await countKeys()
    const body = CreateKeyBody.parse({ ...narrowUnlimited, ...wider })
    await expect(portal.keys.createKey(actor, body)).rejects.toEqual(denied(field))
    expect(await countKeys()).toBe(keys)
  })

  it('may not take over a wider key: by changing, regenerating or reviving it', async () => {
    const actor = await aKeyAsActor(narrowUnlimited)
    const wide = await portal.keys.createKey(
      person,
      keySettings({ ...narrow, permissions: ['chat', 'images'] }),
    )
    await expect(portal.keys.updateKey(actor, wide.id, { name: 'Mine' })).rejects.toEqual(
      denied('permissions'),
    )
    await expect(portal.keys.regenerateKey(actor, wide.id, { graceSeconds: 0 })).rejects.toEqual(
      denied('permissions'),
    )
    await portal.keys.revokeKey(person, wide.id, { leaked: false })
    await expect(portal.keys.reactivateKey(actor, wide.id)).rejects.toEqual(denied('permissions'))
    await portal.keys.reactivateKey(person, wide.id)
    expect(await portal.asKey(wide.key)).toMatchObject({ key: { id: wide.id } })
  })
})

describe('[K11] a key with a limit of its own', () => {
  const own = ['dailyLimit', 'monthlyLimit', 'rpmLimit'] as const
  const refused = expect.objectContaining({
    code: 'permission_denied',
    status: 403,
    message: expect.stringContaining('Use a key without limits, or sign in.'),
  })
  /** Another key, of which `actor` could be a copy. */
  const aSibling = () => portal.keys.createKey(person, keySettings(narrow))

  it.each(own)('(%s) makes no key, however narrow', async (limit) => {
    const actor = await aKeyAsActor({ [limit]: 10 })
    const keys = await countKeys()
    const narrower = keySettings({ dailyLimit: 1, monthlyLimit: 1, rpmLimit: 1 })
    await expect(portal.keys.createKey(actor, narrower)).rejects.toEqual(refused)
    expect(await countKeys()).toBe(keys)
  })

  it.each(own)('(%s) brings none back: neither revoked nor expired', async (limit) => {
    const actor = await aKeyAsActor({ [limit]: 1000 })
    const settings = { dailyLimit: 1, monthlyLimit: 1, rpmLimit: 1 }
    const revoked = await portal.keys.createKey(person, keySettings(settings))
    await portal.keys.revokeKey(actor, revoked.id, { leaked: false })
    await expect(portal.keys.reactivateKey(actor, revoked.id)).rejects.toEqual(refused)
    const expired = await portal.keys.createKey(person, keySettings({ ...settings, expiresInDays: 1 }))
    portal.clock.ms += 86_400_000
    for (const expiresInDays of [1, null]) {
      await expect(portal.keys.updateKey(actor, expired.id, { expiresInDays })).rejects.toEqual(refused)
    }
    expect(await portal.keys.getKey(person, revoked.id)).toMatchObject({ status: 'REVOKED' })
    expect(await portal.keys.getKey(person, expired.id)).toMatchObject({ status: 'EXPIRED' })
  })

  it.each<[string, Parameters<typeof keySettings>[0], UpdateKeyBody]>([
    ['dailyLimit', { dailyLimit: 5 }, { dailyLimit: 6 }],
    ['monthlyLimit', { monthlyLimit: 5 }, { monthlyLimit: 1000 }],
    ['rpmLimit', { rpmLimit: 1 }, { rpmLimit: 2 }],
    ['expiresInDays', { expiresInDays: 5 }, { expiresInDays: 6 }],
    ['ipWhitelist', { ipWhitelist: ['10.0.0.1'] }, { ipWhitelist: ['10.0.0.0/30'] }],
    ['access', { access: 'read' }, { access: 'models' }],
  ])('widens no other key in %s, be it within itself', async (field, settings, wider) => {
    const actor = await aKeyAsActor(narrow)
    const { id } = await portal.keys.createKey(person, keySettings({ ...narrow, ...settings }))
    const before = await portal.keys.getKey(person, id)
    const error = await portal.keys.updateKey(actor, id, wider).catch((reason: unknown) => reason)
    expect(error).toEqual(refused)
    expect(error).toEqual(denied(field))
    expect(await portal.keys.getKey(person, id)).toEqual(before)
  })

  it('regenerates itself, but no other: that one’s limits would be its own too', async () => {
    const actor = await aKeyAsActor(narrow)
    const sibling = await aSibling()
    await expect(portal.keys.regenerateKey(actor, sibling.id, { graceSeconds: 0 })).rejects.toEqual(refused)
    expect(await portal.asKey(sibling.key)).toMatchObject({ key: { id: sibling.id } })
    const { key } = await portal.keys.regenerateKey(actor, actor.key?.id ?? '', { graceSeconds: 0 })
    expect(await portal.asKey(key)).toMatchObject({ key: { id: actor.key?.id } })
  })

  it('still renames, narrows and revokes', async () => {
    const actor = await aKeyAsActor(narrow)
    const { id } = await aSibling()
    const narrowing = { name: 'Slower', rpmLimit: 5, expiresInDays: 5 }
    expect(await portal.keys.updateKey(actor, id, narrowing)).toMatchObject({ name: 'Slower', rpmLimit: 5 })
    expect(await portal.keys.revokeKey(actor, id, { leaked: false })).toMatchObject({ status: 'REVOKED' })
    expect(await portal.keys.updateKey(actor, actor.key?.id ?? '', { rpmLimit: 9 })).toMatchObject({
      rpmLimit: 9,
    })
  })
})

type Step =
  | { verb: 'create'; body: CreateKeyBody }
  | { verb: 'update'; which: number; body: UpdateKeyBody }
  | { verb: 'regenerate' | 'revoke' | 'reactivate'; which: number }

const limit = fc.option(fc.integer({ min: 1, max: 12 }))
const settings = fc.record(
  {
    permissions: fc.uniqueArray(fc.constantFrom<Permission>('chat', 'images', 'vision'), { minLength: 1 }),
    access: fc.constantFrom('full', 'models', 'read'),
    ipWhitelist: fc.subarray([
      '10.0.0.0/8',
      '10.1.0.0/16',
      '10.1.2.3',
      '11.0.0.0/8',
      '0.0.0.0/0',
      '2001:db8::/32',
    ]),
    dailyLimit: limit,
    monthlyLimit: limit,
    rpmLimit: limit,
    expiresInDays: limit,
  },
  { requiredKeys: [] },
)
const which = fc.nat(20)
const step: fc.Arbitrary<Step> = fc.oneof(
  settings.map((given): Step => ({ verb: 'create', body: CreateKeyBody.parse({ name: 'Made', ...given }) })),
  fc.record({
    verb: fc.constant('update' as const),
    which,
    body: settings.map((given) => UpdateKeyBody.parse(given)),
  }),
  fc.record({
    verb: fc.constantFrom('regenerate' as const, 'revoke' as const, 'reactivate' as const),
    which,
  }),
)

/** Takes a step as the actor on one of the known keys, and gives the secret it got; a refusal is as good. */
async function take(actor: Principal, known: string[], step: Step): Promise<string | null> {
  const { keys } = portal
  const id = 'which' in step ? (known[step.which % known.length] ?? '') : ''
  const verbs: Record<Step['verb'], () => Promise<ApiKey | ApiKeyWithSecret>> = {
    create: () => keys.createKey(actor, 'body' in step ? CreateKeyBody.parse(step.body) : keySettings()),
    update: () => keys.updateKey(actor, id, 'body' in step ? UpdateKeyBody.parse(step.body) : {}),
    regenerate: () => keys.regenerateKey(actor, id, { graceSeconds: 3600 }),
    revoke: () => keys.revokeKey(actor, id, { leaked: false }),
    reactivate: () => keys.reactivateKey(actor, id),
  }
  try {
    const answer = await verbs[step.verb]()
    return 'key' in answer ? answer.key : null
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^(permission_denied|conflict)$/) })
    return null
  }
}

const addresses = ['10.0.0.1', '10.1.2.3', '10.1.9.9', '11.2.3.4', '192.0.2.1', '2001:db8::5', '2001:db9::5']
const atMost = (value: number | null, bound: number | null) =>
  bound === null || (value !== null && value <= bound)

const isLimited = ({ dailyLimit, monthlyLimit, rpmLimit }: KeyGrant): boolean =>
  dailyLimit !== null || monthlyLimit !== null || rpmLimit !== null

/** Judged by what a key can be used for, not by the policy's own words. */
function expectWithin(own: KeyGrant, key: KeyGrant): void {
  expect(own.permissions).toEqual(expect.arrayContaining([...key.permissions]))
  expect(own.access === 'full' || own.access === key.access).toBe(true)
  const admits = (grant: KeyGrant, address: string) =>
    grant.ipWhitelist.length === 0 || addressMatcher(grant.ipWhitelist)(address)
  for (const address of addresses) expect(admits(key, address) && !admits(own, address)).toBe(false)
  expect(atMost(key.dailyLimit, own.dailyLimit)).toBe(true)
  expect(atMost(key.monthlyLimit, own.monthlyLimit)).toBe(true)
  expect(atMost(key.rpmLimit, own.rpmLimit)).toBe(true)
  expect(atMost(key.expiresAt, own.expiresAt)).toBe(true)
}

/** What the first of these secrets that still opens something opens. */
async function opened(secrets: string[]): Promise<Principal | null> {
  for (const secret of secrets) {
    const found = await portal.principals.findBySecret(secret)
    if (!('refused' in found)) return found
  }
  return null
}

/** Acts as a key for as long as it has a secret that works; gives every secret it got. */
async function run(first: ApiKeyWithSecret, known: string[], steps: Step[]): Promise<string[]> {
  const secrets = [first.key]
  for (const step of steps) {
    const actor = await opened(secrets)
    const secret = actor && (await take(actor, known, step))
    if (!secret) continue
    secrets.push(secret)
    known.push((await portal.asKey(secret)).key?.id ?? '')
  }
  return secrets
}

it('no sequence of steps by a key gives it a secret that opens more than the key did at first', async () => {
  const own = settings.map((given) => CreateKeyBody.parse({ name: 'Actor', ...given }))
  await fc.assert(
    fc.asyncProperty(own, fc.array(step, { maxLength: 12 }), async (body, steps) => {
      const owner = await portal.aPerson('enterprise')
      const bodies = [body, keySettings(), keySettings(narrow)]
      const made = await Promise.all(bodies.map((each) => portal.keys.createKey(owner, each)))
      const [first] = made
      if (!first) throw new Error('no key was made')
      const { key: atFirst } = await portal.asKey(first.key)
      const secrets = await run(
        first,
        made.map(({ id }) => id),
        steps,
      )
      for (const secret of secrets) {
        const now = await opened([secret])
        if (!now?.key || !atFirst) continue
        expectWithin(atFirst, now.key)
        // Each key's limits are counted apart: with a second one they would add up.
        if (isLimited(atFirst)) expect(now.key.id).toBe(atFirst.id)
      }
    }),
    { numRuns: 30 },
  )
}, 120_000)
