import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { UsageReader } from './admission.ts'
import {
  admitMany,
  aReader,
  aRequest,
  aRequestLimitedBy,
  aWorld,
  type CreateAdmission,
  DAY_MS,
  MINUTE_MS,
  PERIOD,
  START,
  usedBy,
} from './suite-world.ts'

const NOTHING_USED = { day: 0, month: 0, tokens: 0, requestTimes: [] }

/** What was used before is read once, and no request passes without it. */
export function readerTests(create: CreateAdmission): void {
  countingTests(create)
  failureTests(create)
  timingTests(create)
}

function countingTests(create: CreateAdmission): void {
  test('is read once for 50 parallel first requests, and not again', async () => {
    const reads: unknown[] = []
    const usage = aReader({
      async ofKey(...asked) {
        reads.push(asked)
        return NOTHING_USED
      },
      async ofOrganisation(...asked) {
        reads.push(asked)
        return NOTHING_USED
      },
    })
    const world = await aWorld(create, usage)
    await admitMany(world, 50, aRequest())
    await admitMany(world, 50, aRequest())
    expect(reads).toEqual([
      ['key_a', START],
      ['org_a', PERIOD],
    ])
  })

  test('counts against every token rule', async () => {
    const usage = aReader({
      ofKey: async () => ({ day: 11, month: 222, requestTimes: [] }),
      ofOrganisation: async () => ({ tokens: 3333, requestTimes: [] }),
    })
    const world = await aWorld(create, usage)
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(11)
    expect(await usedBy(world, 'key_tokens_per_month')).toBe(222)
    expect(await usedBy(world, 'organisation_tokens_per_period')).toBe(3333)
  })

  test('an organisation’s day is read once it is limited, and counted from then on', async () => {
    const spans: number[] = []
    const usage = aReader({
      async ofOrganisation(_, { startsAt, endsAt }) {
        spans.push(endsAt - startsAt)
        return { tokens: 600, requestTimes: [] }
      },
    })
    const world = await aWorld(create, usage)
    ;(await world.admit(aRequest())).settle(70)
    expect(spans).toEqual([PERIOD.endsAt - PERIOD.startsAt])
    ;(await world.admit(aRequestLimitedBy('organisation_tokens_per_day', 1000))).settle(40)
    expect(spans).toEqual([PERIOD.endsAt - PERIOD.startsAt, DAY_MS])
    ;(await world.admit(aRequest())).settle(5)
    expect(await usedBy(world, 'organisation_tokens_per_day')).toBe(645)
  })

  test('what is counted is told without being kept in memory for it', async () => {
    const world = await aWorld(create)
    const lease = await world.admit(aRequestLimitedBy('organisation_tokens_per_day', 1000))
    const { keys, organisations } = world.admission.uses()
    expect(keys).toEqual([{ id: 'key_a', requests: 1, tokensOfDay: 100, tokensOfMonth: 100 }])
    expect(organisations).toMatchObject([{ id: 'org_a', requests: 1, openLeases: 1, tokensOfDay: 100 }])
    expect(organisations[0]?.tokensOfPeriod(PERIOD.startsAt)).toBe(100)
    lease.settle(1)
    world.clock.at += 40 * MINUTE_MS
    world.admission.uses()
    world.clock.at += 40 * MINUTE_MS
    expect(world.admission.uses()).toEqual({ keys: [], organisations: [] })
  })

  test('a known key and organisation wait for no other’s read', async () => {
    const never = new Promise<never>(() => undefined)
    const usage = aReader({ ofKey: async (id) => (id === 'key_a' ? NOTHING_USED : never) })
    const world = await aWorld(create, usage)
    await world.admit(aRequest())
    void world.admission.consume(aRequest({ key: { id: 'key_b' } }))
    await world.admit(aRequest())
  })
}

function failureTests(create: CreateAdmission): void {
  const failure = new Error('the database is away')
  const failing: [string, Partial<UsageReader>][] = [
    ['ofKey', { ofKey: () => Promise.reject(failure) }],
    ['ofOrganisation', { ofOrganisation: () => Promise.reject(failure) }],
    ['both', { ofKey: () => Promise.reject(failure), ofOrganisation: () => Promise.reject(failure) }],
  ]

  test.each(failing)(
    'a failure of %s rejects every waiting request and consumes nothing',
    async (_, broken) => {
      const usage = aReader(broken)
      const world = await aWorld(create, usage)
      const request = aRequest({ key: { requestsPerMinute: 3 } })
      const outcomes = await Promise.allSettled([1, 2, 3].map(() => world.admission.consume(request)))
      for (const outcome of outcomes) expect(outcome).toEqual({ status: 'rejected', reason: failure })
      expect(world.admission.stats()).toEqual({ openLeases: 0, heldTokens: 0 })
      Object.assign(usage, aReader())
      expect(await admitMany(world, 9, request)).toHaveLength(3)
    },
  )
}

function timingTests(create: CreateAdmission): void {
  test('an answer that comes after midnight belongs to the day before', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<{ day: number; month: number; requestTimes: number[] }>()
    const ofKey = () => {
      asked.resolve()
      return answer.promise
    }
    const world = await aWorld(create, aReader({ ofKey }))
    world.clock.at = Date.UTC(2030, 0, 15, 23, 59, 59, 999)
    const refusal = world.refuse(aRequestLimitedBy('key_tokens_per_month', 0))
    await asked.promise
    world.clock.at += 1
    answer.resolve({ day: 500, month: 700, requestTimes: [] })
    expect((await refusal).used).toBe(700)
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(0)
  })

  test('a correction that arrives during the first read is not lost', async () => {
    const answer = Promise.withResolvers<{ day: number; month: number; requestTimes: number[] }>()
    const world = await aWorld(create, aReader({ ofKey: () => answer.promise }))
    const refusal = world.refuse(aRequestLimitedBy('key_tokens_per_day', 0))
    const charged = world.admission.charge({
      keyId: 'key_a',
      organisationId: 'org_a',
      periodStartsAt: PERIOD.startsAt,
      startedAt: START,
      tokens: 25,
    })
    // A whole turn of the event loop, so that a charge that did not wait would be over.
    await setImmediate()
    answer.resolve({ day: 100, month: 100, requestTimes: [] })
    await Promise.all([refusal, charged])
    expect(await usedBy(world, 'key_tokens_per_day')).toBe(125)
    expect(await usedBy(world, 'organisation_tokens_per_period')).toBe(25)
  })
}
