import { describe, expect, test } from 'vitest'
import type { AdmissionRequest, LimitRule } from './admission.ts'
import {
  admitMany,
  aRequest,
  aRequestLimitedBy,
  aWorld,
  type CreateAdmission,
  LEASE_MAX_MS,
  MINUTE_MS,
  SECOND_MS,
  START,
  usedBy,
} from './suite-world.ts'

const NOTHING_OPEN = { openLeases: 0, heldTokens: 0 }

/** Leases end by being settled or by themselves, and a refusal opens none. */
export function leaseTests(create: CreateAdmission): void {
  describe('in parallel', () => parallelTests(create))
  describe('never settled', () => expiryTests(create))
  describe('refused', () => refusalTests(create))
}

function parallelTests(create: CreateAdmission): void {
  const request = aRequestLimitedBy('organisation_parallel', 5)

  test('exactly the limit is open at a time, and a settled one makes room', async () => {
    const world = await aWorld(create)
    const leases = await admitMany(world, 50, request)
    expect(leases).toHaveLength(5)
    leases[0]?.settle(1)
    leases[0]?.settle(1)
    expect(await admitMany(world, 50, request)).toHaveLength(1)
  })

  test('a refusal asks to retry in a second', async () => {
    const world = await aWorld(create)
    await admitMany(world, 5, request)
    expect(await world.refuse(request)).toEqual({
      admitted: false,
      rule: 'organisation_parallel',
      limit: 5,
      used: 5,
      resetsAt: START + SECOND_MS,
      retryAfterSeconds: 1,
    })
  })

  test('10,000 leases settled in any order leave nothing behind', async () => {
    const world = await aWorld(create)
    const leases = await admitMany(world, 10_000, aRequest({ key: { tokensPerDay: 1e9 } }))
    expect(world.admission.stats()).toEqual({ openLeases: 10_000, heldTokens: 1_000_000 })
    const [early, late] = [leases.filter((_, at) => at % 3 === 0), leases.filter((_, at) => at % 3 > 0)]
    for (const lease of [...early, ...late.reverse()]) lease.settle(1)
    expect(world.admission.stats()).toEqual(NOTHING_OPEN)
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(10_000)
  })
}

function expiryTests(create: CreateAdmission): void {
  const request = aRequest({ key: { tokensPerDay: 1e6 }, organisation: { parallelMax: 2 } })

  test('a lease expires by itself and charges what it held', async () => {
    const world = await aWorld(create)
    await admitMany(world, 2, request)
    world.clock.at = START + LEASE_MAX_MS - 1
    await world.refuse(request)
    world.clock.at = START + LEASE_MAX_MS
    expect(world.admission.stats()).toEqual(NOTHING_OPEN)
    expect(await admitMany(world, 9, request)).toHaveLength(2)
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(400)
  })

  test('other requests and further slices do not keep a lease alive', async () => {
    const world = await aWorld(create)
    const streaming = { ...request, outputTokensMax: 1e6 }
    const lease = await world.admit(streaming)
    for (world.clock.at += MINUTE_MS; world.clock.at < START + LEASE_MAX_MS; world.clock.at += MINUTE_MS) {
      const other = await world.admit(request)
      expect(await lease.extend()).toBeGreaterThan(0)
      other.settle(1)
    }
    expect(world.admission.stats().openLeases).toBe(0)
  })

  test('an expired lease gives no slice, and settling it late changes nothing', async () => {
    const world = await aWorld(create)
    const lease = await world.admit({ ...request, outputTokensMax: 500_000 })
    world.clock.at = START + LEASE_MAX_MS
    expect(await lease.extend()).toBe(0)
    lease.settle(77)
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(100_010)
    expect(world.admission.stats()).toEqual(NOTHING_OPEN)
  })

  test('a lease opened later than one that is open lives its own time', async () => {
    const world = await aWorld(create)
    await world.admit(request)
    world.clock.at = START + SECOND_MS
    await world.admit(request)
    world.clock.at = START + LEASE_MAX_MS
    expect(world.admission.stats().openLeases).toBe(1)
    world.clock.at += SECOND_MS - 1
    expect(world.admission.stats().openLeases).toBe(1)
    world.clock.at += 1
    expect(world.admission.stats()).toEqual(NOTHING_OPEN)
  })
}

function refusalTests(create: CreateAdmission): void {
  const room = { key: { tokensPerDay: 1000, tokensPerMonth: 1000 }, organisation: { tokensPerPeriod: 1000 } }
  const full = aRequest({
    key: { ...room.key, requestsPerMinute: 10 },
    organisation: { ...room.organisation, requestsPerMinute: 10, parallelMax: 10 },
  })
  const closed: [LimitRule, AdmissionRequest][] = [
    ['key_requests_per_minute', { ...full, key: { ...full.key, requestsPerMinute: 0 } }],
    [
      'organisation_requests_per_minute',
      { ...full, organisation: { ...full.organisation, requestsPerMinute: 0 } },
    ],
    ['key_tokens_per_day', { ...full, key: { ...full.key, tokensPerDay: 0 } }],
    ['key_tokens_per_month', { ...full, key: { ...full.key, tokensPerMonth: 0 } }],
    [
      'organisation_tokens_per_period',
      { ...full, organisation: { ...full.organisation, tokensPerPeriod: 0 } },
    ],
    ['organisation_parallel', { ...full, organisation: { ...full.organisation, parallelMax: 0 } }],
  ]

  test.each(closed)('a refusal by %s consumes nothing of any rule', async (rule, request) => {
    const world = await aWorld(create)
    for (let i = 0; i < 100; i++) expect((await world.refuse(request)).rule).toBe(rule)
    expect(world.admission.stats()).toEqual(NOTHING_OPEN)
    for (const [each] of closed) expect(await usedBy(world, each)).toBe(0)
    expect(await admitMany(world, 50, full)).toHaveLength(10)
  })

  test('of several rules without room the first in order is named', async () => {
    const world = await aWorld(create)
    const key = { requestsPerMinute: 0, tokensPerDay: 0, tokensPerMonth: 0 }
    const organisation = { requestsPerMinute: 0, tokensPerPeriod: 0, parallelMax: 0 }
    const opened: [LimitRule, object, object][] = [
      ['key_requests_per_minute', {}, {}],
      ['organisation_requests_per_minute', { requestsPerMinute: null }, {}],
      ['key_tokens_per_day', {}, { requestsPerMinute: null }],
      ['key_tokens_per_month', { tokensPerDay: null }, {}],
      ['organisation_tokens_per_period', { tokensPerMonth: null }, {}],
      ['organisation_parallel', {}, { tokensPerPeriod: null }],
    ]
    for (const [rule, keyPart, organisationPart] of opened) {
      Object.assign(key, keyPart)
      Object.assign(organisation, organisationPart)
      expect((await world.refuse(aRequest({ key, organisation }))).rule).toBe(rule)
    }
  })
}
