import { describe, expect, test } from 'vitest'
import type { LimitRule } from './admission.ts'
import { periodTests } from './suite-token-periods.ts'
import { extensionTests, hostileTests } from './suite-tokens-edges.ts'
import {
  admitMany,
  aRequest,
  aRequestLimitedBy,
  aWorld,
  type CreateAdmission,
  usedBy,
} from './suite-world.ts'

const RULES = [
  'key_tokens_per_day',
  'key_tokens_per_month',
  'organisation_tokens_per_day',
  'organisation_tokens_per_period',
] as const

/** Tokens are held before a request runs, and charged for what it used. */
export function tokenTests(create: CreateAdmission): void {
  describe.each(RULES)('%s', (rule) => ruleTests(create, rule))
  describe('the hold', () => holdTests(create))
  describe('a further slice', () => extensionTests(create))
  describe('periods', () => periodTests(create))
  describe('hostile numbers', () => hostileTests(create))
}

function ruleTests(create: CreateAdmission, rule: LimitRule): void {
  test('of 200 parallel requests on a budget for 5 exactly 5 are admitted', async () => {
    const world = await aWorld(create)
    const request = { ...aRequestLimitedBy(rule, 500), outputTokensMax: 90 }
    expect(await admitMany(world, 200, request)).toHaveLength(5)
    expect(await world.refuse(request)).toMatchObject({ rule, limit: 500, used: 500 })
  })

  test('the last unit goes to one of many', async () => {
    const world = await aWorld(create)
    const leases = await admitMany(world, 100, aRequestLimitedBy(rule, 11))
    expect(leases.map((lease) => lease.outputTokens)).toEqual([1])
  })

  test('settling releases the hold and charges what was used', async () => {
    const world = await aWorld(create)
    const lease = await world.admit(aRequestLimitedBy(rule, 1000))
    expect(await usedBy(world, rule)).toBe(100)
    lease.settle(37)
    expect(await usedBy(world, rule)).toBe(37)
  })

  test('only the first settle counts', async () => {
    const world = await aWorld(create)
    const lease = await world.admit(aRequestLimitedBy(rule, 1000))
    lease.settle(0)
    lease.settle(500)
    expect(await usedBy(world, rule)).toBe(0)
  })

  test('what was used beyond the hold counts against later requests', async () => {
    const world = await aWorld(create)
    const request = aRequestLimitedBy(rule, 1000)
    ;(await world.admit(request)).settle(1500)
    expect(await world.refuse(request)).toMatchObject({ rule, used: 1500, limit: 1000 })
    await world.admit(aRequestLimitedBy(rule, 1511))
  })

  // An organisation's day is read from the ledger once it is limited: until then nobody counts it.
  test.runIf(rule !== 'organisation_tokens_per_day')(
    'tokens used without a limit count once there is one',
    async () => {
      const world = await aWorld(create)
      ;(await world.admit(aRequest())).settle(70)
      expect(await usedBy(world, rule)).toBe(70)
    },
  )

  test('an input that leaves no room for a token of output is refused and holds nothing', async () => {
    const world = await aWorld(create)
    const request = aRequestLimitedBy(rule, 100)
    expect(await world.refuse({ ...request, inputTokens: 100 })).toMatchObject({ rule, used: 0 })
    expect((await world.admit({ ...request, inputTokens: 99 })).outputTokens).toBe(1)
  })
}

function holdTests(create: CreateAdmission): void {
  test.each([
    { name: 'all that was asked for, when it is little', limit: 100_000, input: 10, asked: 50, slice: 50 },
    { name: 'a tenth of what remains', limit: 100_000, input: 10, asked: 50_000, slice: 10_000 },
    { name: 'never less than 1024 for being a tenth', limit: 5000, input: 10, asked: 4000, slice: 1024 },
    { name: 'never more than remains after the input', limit: 900, input: 100, asked: 4000, slice: 800 },
    { name: 'a tenth of an absurd ask’s headroom', limit: 1e6, input: 0, asked: 999_999_999, slice: 1e5 },
    { name: 'the share rounded down', limit: 20_009, input: 0, asked: 9999, slice: 2000 },
  ])('the slice is $name', async ({ limit, input, asked, slice }) => {
    const world = await aWorld(create)
    const request = aRequest({ key: { tokensPerDay: limit }, inputTokens: input, outputTokensMax: asked })
    expect(await world.admit(request)).toMatchObject({ outputTokens: slice, limited: true })
    expect(world.admission.stats()).toEqual({ openLeases: 1, heldTokens: input + slice })
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(input + slice)
  })

  test('the least that remains over all rules bounds the slice', async () => {
    const world = await aWorld(create)
    const key = { tokensPerDay: 30_000, tokensPerMonth: 20_000 }
    const request = aRequest({ key, organisation: { tokensPerPeriod: 25_000 }, outputTokensMax: 9999 })
    expect((await world.admit(request)).outputTokens).toBe(2000)
  })

  test('without a token rule the whole ask is granted and the lease is not limited', async () => {
    const world = await aWorld(create)
    const lease = await world.admit(aRequest({ outputTokensMax: 999_999_999 }))
    expect(lease).toMatchObject({ outputTokens: 999_999_999, limited: false })
    expect(await lease.extend()).toBe(0)
  })

  test('an absurd ask without a limit leaves room under a limit set next', async () => {
    const world = await aWorld(create)
    await world.admit(aRequest({ outputTokensMax: 999_999_999 }))
    await world.admit(aRequest({ key: { tokensPerDay: 10_000 } }))
  })
}
