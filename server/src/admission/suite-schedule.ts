import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Admission, AdmissionRequest, Lease } from './admission.ts'
import { Model } from './suite-model.ts'
import {
  aRequest,
  aWorld,
  type CreateAdmission,
  DAY_MS,
  LEASE_MAX_MS,
  MINUTE_MS,
  START,
} from './suite-world.ts'

type Step =
  | { do: 'consume'; request: AdmissionRequest; times: number }
  | { do: 'extend'; lease: number }
  | { do: 'settle'; lease: number; tokens: number }
  | { do: 'wait'; ms: number }

const PERIOD_MS = 20 * DAY_MS
const RUNS = 300

const limit = (...values: number[]) => fc.option(fc.constantFrom(...values), { freq: 3 })

const anyRequest: fc.Arbitrary<AdmissionRequest> = fc
  .record({
    key: fc.record({
      id: fc.constantFrom('key_a', 'key_b', 'key_c'),
      requestsPerMinute: limit(0, 1, 3, 10),
      tokensPerDay: limit(500, 5000, 50_000),
      tokensPerMonth: limit(0, 3000, 100_000),
    }),
    organisation: fc.record({
      id: fc.constantFrom('org_a', 'org_b'),
      requestsPerMinute: limit(2, 8, 20),
      tokensPerPeriod: limit(4000, 60_000),
      parallelMax: limit(1, 4),
    }),
    inputTokens: fc.oneof(fc.nat(300), fc.nat(20_000)),
    outputTokensMax: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 50_000 })),
  })
  .map(aRequest)

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('consume'),
      request: anyRequest,
      times: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('extend'), lease: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle'), lease: fc.nat(), tokens: fc.nat(6000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      ms: fc.oneof(
        fc.nat(20_000),
        fc.constantFrom(1, MINUTE_MS - 1, MINUTE_MS, LEASE_MAX_MS, 61 * MINUTE_MS, DAY_MS / 2, PERIOD_MS),
      ),
    }),
  },
)

type Use = {
  inputTokens: number
  outputTokensMax: number
  slices: number
  /** Of the granted output; null when the request is never settled. */
  share: number | null
}

const anyUse: fc.Arbitrary<Use> = fc.record({
  inputTokens: fc.double(),
  outputTokensMax: fc.double(),
  slices: fc.nat(3),
  share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
})

/** Under any schedule the counters do what the naive model does. */
export function scheduleTests(create: CreateAdmission): void {
  test('admits, refuses, grants and charges what the naive model does, and returns to zero', async () => {
    const schedules = fc.array(anyStep, { maxLength: 60, size: 'max' })
    await fc.assert(
      fc.asyncProperty(schedules, async (steps) => {
        const run = await aRun(create)
        for (const step of steps) await run.take(step)
        await run.end()
      }),
      { numRuns: RUNS },
    )
  })

  test('never grants more than a limit, whatever is asked, when no request uses more than it was given', async () => {
    const uses = fc.array(anyUse, { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(uses, fc.integer({ min: 0, max: 50_000 }), async (asked, tokensPerDay) => {
        const world = await aWorld(create)
        let charged = 0
        for (const use of asked) {
          charged += await chargedFor(world.admission, tokensPerDay, use)
          expect(charged + world.admission.stats().heldTokens).toBeLessThanOrEqual(tokensPerDay)
        }
      }),
      { numRuns: RUNS },
    )
  })
}

/** Runs one request and returns the tokens it settled with. */
async function chargedFor(admission: Admission, tokensPerDay: number, use: Use): Promise<number> {
  const { slices, share, ...tokens } = use
  const outcome = await admission.consume(aRequest({ key: { tokensPerDay }, ...tokens }))
  if (!outcome.admitted) return 0
  const { lease } = outcome
  for (let slice = 0; slice < slices; slice++) await lease.extend()
  if (share === null) return 0
  const tokensUsed = Math.floor(lease.outputTokens * share)
  lease.settle(tokensUsed)
  return tokensUsed
}

/** An admission and the model side by side, taking the same steps. */
async function aRun(create: CreateAdmission) {
  const model = new Model()
  const world = await aWorld(
    create,
    model.reader(() => world.clock.at),
  )
  const { admission, clock } = world
  const leases: Lease[] = []

  async function consume(asked: AdmissionRequest, times: number): Promise<void> {
    const startsAt = START + Math.floor((clock.at - START) / PERIOD_MS) * PERIOD_MS
    const period = { startsAt, endsAt: startsAt + PERIOD_MS }
    const request = { ...asked, organisation: { ...asked.organisation, period } }
    const outcomes = await Promise.all(Array.from({ length: times }, () => admission.consume(request)))
    for (const outcome of outcomes) {
      const expected = model.consume(request, clock.at)
      if (!outcome.admitted) {
        expect(outcome).toEqual(expected)
        continue
      }
      const entry = typeof expected === 'number' ? model.entries[expected] : undefined
      expect(outcome.lease.outputTokens).toBe(entry?.granted)
      leases.push(outcome.lease)
    }
  }

  async function take(step: Step): Promise<void> {
    // Nothing looks at the clock after a wait but the step that comes next.
    if (step.do === 'wait') {
      clock.at += step.ms
      return
    }
    if (step.do === 'consume') await consume(step.request, step.times)
    else if (leases.length > 0) {
      const index = step.lease % leases.length
      if (step.do === 'extend') expect(await leases[index]?.extend()).toBe(model.extend(index, clock.at))
      else {
        leases[index]?.settle(step.tokens)
        model.settle(index, step.tokens, clock.at)
      }
    }
    model.expire(clock.at)
    const openLeases = model.entries.filter((entry) => entry.open).length
    expect(admission.stats()).toEqual({ openLeases, heldTokens: model.tokens((entry) => entry.open) })
  }

  async function end(): Promise<void> {
    clock.at += LEASE_MAX_MS
    expect(admission.stats()).toEqual({ openLeases: 0, heldTokens: 0 })
  }

  return { take, end }
}
