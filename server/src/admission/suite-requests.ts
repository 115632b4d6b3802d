import { describe, expect, test } from 'vitest'
import type { LimitRule } from './admission.ts'
import {
  admitMany,
  aReader,
  aRequest,
  aRequestLimitedBy,
  aWorld,
  type CreateAdmission,
  MINUTE_MS,
  START,
  usedBy,
} from './suite-world.ts'

const RULES = ['key_requests_per_minute', 'organisation_requests_per_minute'] as const

/** Requests per minute are an exact sliding window. */
export function requestTests(create: CreateAdmission): void {
  describe.each(RULES)('%s', (rule) => {
    windowTests(create, rule)
    lastingTests(create, rule)
  })
  changingLimitTests(create)

  test('keys of one organisation have windows of their own and share the organisation’s', async () => {
    const world = await aWorld(create)
    const of = (id: string) =>
      aRequest({ key: { id, requestsPerMinute: 2 }, organisation: { requestsPerMinute: 3 } })
    expect(await admitMany(world, 5, of('key_a'))).toHaveLength(2)
    expect(await admitMany(world, 5, of('key_b'))).toHaveLength(1)
    expect((await world.refuse(of('key_b'))).rule).toBe('organisation_requests_per_minute')
    expect((await world.refuse(of('key_a'))).rule).toBe('key_requests_per_minute')
  })
}

function windowTests(create: CreateAdmission, rule: LimitRule): void {
  test('of 50 parallel requests exactly the limit of 10 is admitted', async () => {
    const world = await aWorld(create)
    expect(await admitMany(world, 50, aRequestLimitedBy(rule, 10))).toHaveLength(10)
    expect(await admitMany(world, 50, aRequestLimitedBy(rule, 10))).toHaveLength(0)
  })

  test('a slot is free exactly 60 s after it was taken, and the refusal says when', async () => {
    const world = await aWorld(create)
    const request = aRequestLimitedBy(rule, 2)
    await world.admit(request)
    world.clock.at = START + 1500
    await world.admit(request)
    const resetsAt = START + MINUTE_MS
    expect(await world.refuse(request)).toEqual({
      admitted: false,
      rule,
      limit: 2,
      used: 2,
      resetsAt,
      retryAfterSeconds: 59,
    })
    world.clock.at = resetsAt - 1
    expect((await world.refuse(request)).retryAfterSeconds).toBe(1)
    world.clock.at = resetsAt
    await world.admit(request)
    expect((await world.refuse(request)).resetsAt).toBe(START + 1500 + MINUTE_MS)
  })

  test('a refused request takes no slot', async () => {
    const world = await aWorld(create)
    const request = aRequestLimitedBy(rule, 3)
    await admitMany(world, 3, request)
    world.clock.at += MINUTE_MS - 1
    expect(await admitMany(world, 100, request)).toHaveLength(0)
    world.clock.at += 1
    expect(await admitMany(world, 100, request)).toHaveLength(3)
  })
}

function lastingTests(create: CreateAdmission, rule: LimitRule): void {
  test('a settled request keeps its slot', async () => {
    const world = await aWorld(create)
    const request = aRequestLimitedBy(rule, 1)
    ;(await world.admit(request)).settle(5)
    await world.refuse(request)
  })

  test('a clock that goes back frees no slot early', async () => {
    const world = await aWorld(create)
    const request = aRequestLimitedBy(rule, 1)
    await world.admit(request)
    world.clock.at = START - 10 * MINUTE_MS
    await world.refuse(request)
    world.clock.at = START + MINUTE_MS - 1
    await world.refuse(request)
    world.clock.at = START + MINUTE_MS
    await world.admit(request)
  })

  test('requests from before this process count until their own minute is over', async () => {
    const requestTimes = [START - 1000, START - MINUTE_MS, Number.NaN, START - 50_000]
    const usage = aReader({
      ofKey: async () => ({ day: 0, month: 0, requestTimes }),
      ofOrganisation: async () => ({ tokens: 0, requestTimes }),
    })
    const world = await aWorld(create, usage)
    expect(await usedBy(world, rule)).toBe(2)
    expect((await world.refuse(aRequestLimitedBy(rule, 2))).resetsAt).toBe(START + 10_000)
    world.clock.at = START + 10_000
    expect(await usedBy(world, rule)).toBe(1)
  })
}

function changingLimitTests(create: CreateAdmission): void {
  const rule = 'key_requests_per_minute'

  test('a lowered limit refuses until enough slots are free, a raised one admits', async () => {
    const world = await aWorld(create)
    for (let second = 0; second < 5; second++) {
      world.clock.at = START + second * 1000
      await world.admit(aRequestLimitedBy(rule, 5))
    }
    const refusal = await world.refuse(aRequestLimitedBy(rule, 2))
    expect(refusal).toMatchObject({ limit: 2, used: 5, resetsAt: START + MINUTE_MS + 3000 })
    expect(await admitMany(world, 50, aRequestLimitedBy(rule, 30))).toHaveLength(25)
    world.clock.at = refusal.resetsAt
    expect(await usedBy(world, rule)).toBe(26)
  })

  test('a limit set while requests run without one counts those of the last minute', async () => {
    const world = await aWorld(create)
    await admitMany(world, 20, aRequest())
    expect(await world.refuse(aRequestLimitedBy(rule, 10))).toMatchObject({ limit: 10, used: 20 })
  })

  test('a limit of nothing, or of no number, admits nothing', async () => {
    const world = await aWorld(create)
    for (const limit of [0, -1, Number.NaN, Number.NEGATIVE_INFINITY])
      expect(await world.refuse(aRequestLimitedBy(rule, limit))).toMatchObject({
        limit: 0,
        used: 0,
        resetsAt: START + MINUTE_MS,
        retryAfterSeconds: 60,
      })
    await world.admit(aRequestLimitedBy(rule, Number.POSITIVE_INFINITY))
  })
}
