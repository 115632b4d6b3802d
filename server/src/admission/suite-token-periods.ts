import { expect, test } from 'vitest'
import type { LimitRule } from './admission.ts'
import {
  aReader,
  aRequest,
  aRequestLimitedBy,
  aWorld,
  type CreateAdmission,
  DAY_MS,
  PERIOD,
  SECOND_MS,
  START,
  usedBy,
} from './suite-world.ts'

const MIDNIGHT = Date.UTC(2030, 0, 16)
const NEXT_PERIOD = { startsAt: PERIOD.endsAt, endsAt: PERIOD.endsAt + 30 * DAY_MS }

/** Tokens belong to the periods in which their request started. */
export function periodTests(create: CreateAdmission): void {
  resetTests(create)
  midnightTests(create)
  billingPeriodTests(create)
  correctionTests(create)
}

function resetTests(create: CreateAdmission): void {
  const cases: [LimitRule, number, number][] = [
    ['key_tokens_per_day', START, MIDNIGHT],
    ['key_tokens_per_day', MIDNIGHT - 1, MIDNIGHT],
    ['key_tokens_per_day', MIDNIGHT, MIDNIGHT + DAY_MS],
    ['key_tokens_per_month', START, Date.UTC(2030, 1, 1)],
    ['key_tokens_per_month', Date.UTC(2030, 11, 31, 23, 59, 59, 999), Date.UTC(2031, 0, 1)],
    ['key_tokens_per_month', Date.UTC(2032, 1, 29, 12), Date.UTC(2032, 2, 1)],
    ['organisation_tokens_per_period', START, PERIOD.endsAt],
  ]
  test.each(cases)('%s refused at %d resets at %d', async (rule, at, resetsAt) => {
    const world = await aWorld(create)
    world.clock.at = at
    expect(await world.refuse(aRequestLimitedBy(rule, 5))).toEqual({
      admitted: false,
      rule,
      limit: 5,
      used: 0,
      resetsAt,
      retryAfterSeconds: Math.max(1, Math.ceil((resetsAt - at) / SECOND_MS)),
    })
  })
}

function midnightTests(create: CreateAdmission): void {
  test('a request settled after midnight is charged to the day and month in which it started', async () => {
    const world = await aWorld(create)
    world.clock.at = Date.UTC(2030, 1, 1) - SECOND_MS
    const lease = await world.admit(aRequest({ key: { tokensPerDay: 1000, tokensPerMonth: 1000 } }))
    world.clock.at += 2 * SECOND_MS
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(0)
    lease.settle(80)
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(0)
    expect(await usedBy(world, 'key_tokens_per_month')).toBe(0)
    expect(await usedBy(world, 'organisation_tokens_per_period')).toBe(80)
  })

  test('a new day opens the daily limit and keeps the month', async () => {
    const world = await aWorld(create)
    const request = aRequestLimitedBy('key_tokens_per_day', 100)
    world.clock.at = MIDNIGHT - 1
    ;(await world.admit(request)).settle(100)
    await world.refuse(request)
    world.clock.at = MIDNIGHT
    await world.admit(request)
    expect(await usedBy(world, 'key_tokens_per_month')).toBe(200)
  })

  test('a clock that goes back reopens no earlier day', async () => {
    const world = await aWorld(create)
    const request = aRequestLimitedBy('key_tokens_per_day', 100)
    world.clock.at = MIDNIGHT
    await world.admit(request)
    world.clock.at = MIDNIGHT - 1
    expect((await world.refuse(request)).used).toBe(100)
  })

  test('a stream over midnight takes its slices from the day in which it started', async () => {
    const world = await aWorld(create)
    world.clock.at = MIDNIGHT - 1
    const key = { tokensPerDay: 1500 }
    const lease = await world.admit(aRequest({ key, inputTokens: 0, outputTokensMax: 9000 }))
    world.clock.at = MIDNIGHT
    ;(await world.admit(aRequest({ key }))).settle(1400)
    expect([await lease.extend(), await lease.extend()]).toEqual([476, 0])
  })
}

function billingPeriodTests(create: CreateAdmission): void {
  test('a new billing period starts with its own usage, and an old request settles in its own', async () => {
    const usage = aReader({
      ofOrganisation: async (_, { startsAt }) => ({
        tokens: startsAt === PERIOD.startsAt ? 500 : 3,
        requestTimes: [],
      }),
    })
    const world = await aWorld(create, usage)
    const rule = 'organisation_tokens_per_period'
    const lease = await world.admit(aRequest())
    const limited = { tokensPerPeriod: 0, period: NEXT_PERIOD }
    expect((await world.refuse(aRequest({ organisation: limited }))).used).toBe(3)
    lease.settle(40)
    expect((await world.refuse(aRequest({ organisation: limited }))).used).toBe(3)
    expect(await usedBy(world, rule)).toBe(540)
  })

  test('a new billing period keeps the organisation’s requests of the last minute', async () => {
    const requestTimes = [START - SECOND_MS]
    const world = await aWorld(create, aReader({ ofOrganisation: async () => ({ tokens: 0, requestTimes }) }))
    await world.admit(aRequest())
    const organisation = { requestsPerMinute: 2, period: NEXT_PERIOD }
    expect(await world.refuse(aRequest({ organisation }))).toMatchObject({ used: 2 })
  })

  test('a lowered limit refuses and a raised one admits', async () => {
    const world = await aWorld(create)
    ;(await world.admit(aRequestLimitedBy('organisation_tokens_per_period', 1000))).settle(600)
    await world.refuse(aRequestLimitedBy('organisation_tokens_per_period', 500))
    await world.admit(aRequestLimitedBy('organisation_tokens_per_period', 700))
  })
}

function correctionTests(create: CreateAdmission): void {
  const correction = { keyId: 'key_a', organisationId: 'org_a', periodStartsAt: PERIOD.startsAt, tokens: 25 }

  test('a correction is charged to the day, month and period in which the request started', async () => {
    const world = await aWorld(create)
    world.clock.at = MIDNIGHT - 1
    ;(await world.admit(aRequest())).settle(100)
    world.clock.at = MIDNIGHT
    ;(await world.admit(aRequest())).settle(10)
    await world.admission.charge({ ...correction, startedAt: MIDNIGHT - 1 })
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(10)
    expect(await usedBy(world, 'key_tokens_per_month')).toBe(135)
    expect(await usedBy(world, 'organisation_tokens_per_period')).toBe(135)
    await world.admission.charge({ ...correction, startedAt: MIDNIGHT })
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(35)
  })

  test('a correction without a key is charged to the organisation alone', async () => {
    const world = await aWorld(create)
    ;(await world.admit(aRequest())).settle(100)
    await world.admission.charge({ ...correction, keyId: null, startedAt: START })
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(100)
    expect(await usedBy(world, 'organisation_tokens_per_period')).toBe(125)
  })

  test('a correction of another billing period leaves this one alone', async () => {
    const world = await aWorld(create)
    ;(await world.admit(aRequest())).settle(100)
    await world.admission.charge({ ...correction, periodStartsAt: 0, startedAt: START })
    expect(await usedBy(world, 'organisation_tokens_per_period')).toBe(100)
  })

  test('a correction for counters not in memory is left to the reader', async () => {
    const tokens = 25
    const world = await aWorld(
      create,
      aReader({
        ofKey: async () => ({ day: tokens, month: tokens, requestTimes: [] }),
        ofOrganisation: async () => ({ tokens, requestTimes: [] }),
      }),
    )
    await world.admission.charge({ ...correction, startedAt: START })
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(25)
    expect(await usedBy(world, 'organisation_tokens_per_period')).toBe(25)
  })
}
