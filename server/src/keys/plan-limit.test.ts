import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import type { Principal } from '../http/index.ts'
import { keySettings, startTestKeys, type TestKeys } from './test-keys.ts'

let cluster: TestCluster
let portal: TestKeys

beforeAll(async () => {
  cluster = await startTestCluster()
}, 60_000)
afterAll(() => cluster.stop())
beforeEach(async () => {
  portal = await startTestKeys(await cluster.createDatabase())
  return () => portal.close()
})

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> =>
  Promise.allSettled(Array.from({ length: count }, (_, index) => make(index)))

/** How many succeeded; all others have to have met the plan's limit. */
function succeeded(results: PromiseSettledResult<unknown>[]): number {
  const refused = results.filter((result) => result.status === 'rejected')
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'plan_limit_reached', status: 403 })
  return results.length - refused.length
}

const activeKeys = async (person: Principal): Promise<number> => {
  const { data } = await portal.keys.listKeys(person, { limit: 100 })
  return data.filter(({ status }) => status === 'ACTIVE').length
}

/** Opens every connection of the pool, so that what is sent at once also runs at once. */
const warm = ({ database }: TestKeys): Promise<unknown> =>
  Promise.all(Array.from({ length: 16 }, () => database.pool.query('select pg_sleep(0.05)')))

describe('of fifty keys created at once', () => {
  it.each([
    ['free', 1],
    ['pro', 10],
    ['enterprise', 50],
  ] as const)('the %s plan gets %i', async (plan, allowed) => {
    const person = await portal.aPerson(plan)
    await warm(portal)
    const results = await times(50, (i) => portal.keys.createKey(person, keySettings({ name: `Key ${i}` })))
    expect(succeeded(results)).toBe(allowed)
    expect(await activeKeys(person)).toBe(allowed)
  })

  it('two processes on the database together give what the plan allows', async () => {
    const second = await startTestKeys(portal.source)
    const person = await portal.aPerson('pro')
    await Promise.all([portal, second].map(warm))
    const results = await times(50, (i) => (i % 2 ? second : portal).keys.createKey(person, keySettings()))
    await second.close()
    expect(succeeded(results)).toBe(10)
  })
})

it('of revoked keys reactivated at once, as many come back as the plan allows', async () => {
  const person = await portal.aPerson('enterprise')
  const ids: string[] = []
  for (let i = 0; i < 20; i++) {
    const { id } = await portal.keys.createKey(person, keySettings())
    await portal.keys.revokeKey(person, id, { leaked: false })
    ids.push(id)
  }
  await putOn(person, 'pro')
  const results = await times(20, (i) => portal.keys.reactivateKey(person, ids[i] ?? ''))
  expect(succeeded(results)).toBe(10)
  expect(await activeKeys(person)).toBe(10)
})

it('of expired keys given a new expiry at once, as many come back as the plan allows', async () => {
  const person = await portal.aPerson('enterprise')
  const made = await times(20, () => portal.keys.createKey(person, keySettings({ expiresInDays: 1 })))
  portal.clock.ms += 86_400_000
  await putOn(person, 'pro')
  const ids = made.map((result) => (result.status === 'fulfilled' ? result.value.id : ''))
  const results = await times(20, (i) => portal.keys.updateKey(person, ids[i] ?? '', { expiresInDays: 1 }))
  expect(succeeded(results)).toBe(10)
  expect(await activeKeys(person)).toBe(10)
})

async function putOn(person: Principal, plan: 'free' | 'pro'): Promise<void> {
  const users = await portal.accounts.listUsers()
  const email = users.find(({ id }) => id === person.userId)?.email ?? ''
  await portal.accounts.setPlan({ email, plan })
}

describe('on a full plan', () => {
  it('the refusal says the limit and what to do', async () => {
    const person = await portal.aPerson('free')
    await portal.keys.createKey(person, keySettings())
    await expect(portal.keys.createKey(person, keySettings())).rejects.toMatchObject({
      message:
        'Your organisation may have 1 active API key. Revoke one that is no longer needed, or ask whoever runs the portal for more.',
      meta: { limit: 1, plan: 'FREE' },
    })
  })

  it('revoking, expiring or removing a key makes room for one', async () => {
    const person = await portal.aPerson('free')
    const first = await portal.keys.createKey(person, keySettings())
    await portal.keys.revokeKey(person, first.id, { leaked: false })
    await portal.keys.createKey(person, keySettings({ expiresInDays: 1 }))
    portal.clock.ms += 86_400_000
    const third = await portal.keys.createKey(person, keySettings())
    await portal.keys.removeKey(person, third.id)
    await portal.keys.createKey(person, keySettings())
    expect(await activeKeys(person)).toBe(1)
  })

  it('keys beyond it after a downgrade go on, can be changed and regenerated, but no new one is made', async () => {
    const person = await portal.aPerson('pro')
    const { id } = await portal.keys.createKey(person, keySettings())
    await portal.keys.createKey(person, keySettings())
    await putOn(person, 'free')
    expect(await portal.keys.updateKey(person, id, { name: 'Renamed', expiresInDays: 3 })).toMatchObject({
      tier: 'FREE',
    })
    await portal.keys.regenerateKey(person, id, { graceSeconds: 0 })
    await expect(portal.keys.createKey(person, keySettings())).rejects.toMatchObject({
      code: 'plan_limit_reached',
    })
    expect(await activeKeys(person)).toBe(2)
  })
})
