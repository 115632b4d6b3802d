import { expect, test } from 'vitest'
import type { LimitRule } from './admission.ts'
import { admitMany, aRequest, aWorld, type CreateAdmission, usedBy } from './suite-world.ts'

const RULES: LimitRule[] = ['key_tokens_per_day', 'key_tokens_per_month', 'organisation_tokens_per_period']
const HOSTILE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0.5, 999_999_999, 1e308]

/** A stream grows its hold in slices. */
export function extensionTests(create: CreateAdmission): void {
  test('is a tenth of what remains now, until the ask is met', async () => {
    const world = await aWorld(create)
    const request = aRequest({ key: { tokensPerDay: 100_000 }, inputTokens: 0, outputTokensMax: 20_000 })
    const lease = await world.admit(request)
    expect([await lease.extend(), await lease.extend(), await lease.extend()]).toEqual([9000, 1000, 0])
    expect(lease.outputTokens).toBe(20_000)
    expect(world.admission.stats().heldTokens).toBe(20_000)
  })

  test('is what remains at the end, then nothing', async () => {
    const world = await aWorld(create)
    const request = aRequest({ key: { tokensPerMonth: 1500 }, inputTokens: 100, outputTokensMax: 9000 })
    const lease = await world.admit(request)
    expect(lease.outputTokens).toBe(1024)
    expect([await lease.extend(), await lease.extend()]).toEqual([376, 0])
    expect(await usedBy(world, 'key_tokens_per_month')).toBe(1500)
  })

  test('never takes what others hold, and takes what they give back', async () => {
    const world = await aWorld(create)
    const request = aRequest({
      organisation: { tokensPerPeriod: 2000 },
      inputTokens: 0,
      outputTokensMax: 9000,
    })
    const [first, second] = await admitMany(world, 3, request)
    expect([first?.outputTokens, second?.outputTokens]).toEqual([1024, 976])
    expect(await first?.extend()).toBe(0)
    second?.settle(500)
    expect(await first?.extend()).toBe(476)
  })

  test('is nothing once the lease has ended', async () => {
    const world = await aWorld(create)
    const request = aRequest({ key: { tokensPerDay: 100_000 }, outputTokensMax: 90_000 })
    const lease = await world.admit(request)
    lease.settle(1)
    expect(await lease.extend()).toBe(0)
    expect(world.admission.stats()).toEqual({ openLeases: 0, heldTokens: 0 })
  })

  test('parallel calls never add up to more than remains', async () => {
    const world = await aWorld(create)
    const request = aRequest({ key: { tokensPerDay: 10_000 }, inputTokens: 0, outputTokensMax: 999_999_999 })
    const lease = await world.admit(request)
    const slices = await Promise.all(Array.from({ length: 50 }, () => lease.extend()))
    expect(slices.reduce((sum, slice) => sum + slice, 1024)).toBe(10_000)
  })
}

/** No number that a caller or an upstream sends breaks a counter. */
export function hostileTests(create: CreateAdmission): void {
  hostileAskTests(create)
  hostileUsageTests(create)
}

function hostileAskTests(create: CreateAdmission): void {
  const asks = HOSTILE.flatMap((hostile) => [{ inputTokens: hostile }, { outputTokensMax: hostile }])

  test.each(asks)('an ask of $inputTokens in, $outputTokensMax out stays within a limit', async (ask) => {
    const world = await aWorld(create)
    const outcome = await world.admission.consume(aRequest({ key: { tokensPerDay: 10_000 }, ...ask }))
    const { heldTokens } = world.admission.stats()
    expect(heldTokens).toBeLessThanOrEqual(10_000)
    for (const rule of RULES) expect(await usedBy(world, rule)).toBe(heldTokens)
    if (outcome.admitted) expect(outcome.lease.outputTokens).toBeLessThanOrEqual(heldTokens)
  })

  test.each(asks)('an ask of $inputTokens in, $outputTokensMax out breaks no counter', async (ask) => {
    const world = await aWorld(create)
    const leases = await admitMany(world, 101, aRequest(ask))
    expect(leases).toHaveLength(101)
    for (const { outputTokens } of leases) {
      expect(Number.isSafeInteger(outputTokens)).toBe(true)
      expect(outputTokens).toBeGreaterThanOrEqual(1)
    }
    expect(Number.isSafeInteger(world.admission.stats().heldTokens)).toBe(true)
    for (const lease of leases) lease.settle(1)
    expect(world.admission.stats()).toEqual({ openLeases: 0, heldTokens: 0 })
    for (const rule of RULES) expect(await usedBy(world, rule)).toBe(101)
  })
}

function hostileUsageTests(create: CreateAdmission): void {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, -5])(
    'a settle of %d charges what was held',
    async (usage) => {
      const world = await aWorld(create)
      ;(await world.admit(aRequest({ key: { tokensPerDay: 1000 } }))).settle(usage)
      for (const rule of RULES) expect(await usedBy(world, rule)).toBe(100)
    },
  )

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -5, 0])(
    'a correction of %d charges nothing',
    async (tokens) => {
      const world = await aWorld(create)
      ;(await world.admit(aRequest())).settle(10)
      const { startsAt: periodStartsAt } = aRequest().organisation.period
      const startedAt = world.clock.at
      await world.admission.charge({
        keyId: 'key_a',
        organisationId: 'org_a',
        periodStartsAt,
        startedAt,
        tokens,
      })
      for (const rule of RULES) expect(await usedBy(world, rule)).toBe(10)
    },
  )

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0])(
    'a period that ends at %d still tells when to retry',
    async (endsAt) => {
      const world = await aWorld(create)
      const period = { startsAt: 0, endsAt }
      const refusal = await world.refuse(aRequest({ organisation: { tokensPerPeriod: 0, period } }))
      expect(Number.isSafeInteger(refusal.resetsAt)).toBe(true)
      expect(Number.isSafeInteger(refusal.retryAfterSeconds)).toBe(true)
      expect(refusal.retryAfterSeconds).toBeGreaterThanOrEqual(1)
    },
  )
}
