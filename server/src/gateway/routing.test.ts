import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failure, type UpstreamFailure } from '../providers/index.ts'
import { nextAttempt, orderTargets, recoveryFrom } from './routing.ts'

const weights = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 8 })
const targetsOf = (list: number[]) => list.map((weight, i) => ({ name: `t${i}`, weight }))
const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('[GW-U4] the order is always a permutation of the targets', () => {
  fc.assert(
    fc.property(weights, fc.infiniteStream(unit), fc.func(fc.boolean()), (list, draws, isOpen) => {
      const targets = targetsOf(list)
      const order = orderTargets(targets, { isOpen, random: () => draws.next().value ?? 0 })
      expect(order.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(targets)
    }),
  )
})

test('[GW-U5] a target whose circuit is open comes after every other', () => {
  fc.assert(
    fc.property(weights, fc.infiniteStream(unit), fc.func(fc.boolean()), (list, draws, isOpen) => {
      const order = orderTargets(targetsOf(list), { isOpen, random: () => draws.next().value ?? 0 })
      const open = order.map(({ name }) => isOpen(name))
      expect(open).toEqual(open.toSorted((a, b) => Number(a) - Number(b)))
    }),
  )
})

test('[GW-U4] the first target is drawn in proportion to its weight', () => {
  const targets = targetsOf([1, 2, 7])
  const firsts = { t0: 0, t1: 0, t2: 0 }
  let state = 1
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  for (let i = 0; i < 20_000; i++) {
    const [first] = orderTargets(targets, { isOpen: () => false, random })
    firsts[first?.name as keyof typeof firsts]++
  }
  expect(firsts.t0 / 20_000).toBeCloseTo(0.1, 1)
  expect(firsts.t1 / 20_000).toBeCloseTo(0.2, 1)
  expect(firsts.t2 / 20_000).toBeCloseTo(0.7, 1)
})

const statusFailure = (status: number | null, retryAfterMs: number | null = null) =>
  failure('status', { status, retryAfterMs })

describe('what a failure allows', () => {
  test.each([
    [failure('unreachable'), 'again'],
    [failure('timeout'), 'elsewhere'],
    [statusFailure(402), 'elsewhere'],
    [statusFailure(407), 'elsewhere'],
    [statusFailure(408), 'again'],
    [failure('stream'), 'again'],
    [failure('malformed'), 'again'],
    [statusFailure(400), 'none'],
    [statusFailure(422), 'none'],
    [statusFailure(401), 'elsewhere'],
    [statusFailure(403), 'elsewhere'],
    [statusFailure(404), 'elsewhere'],
    [statusFailure(307), 'elsewhere'],
    [statusFailure(429), 'again'],
    [statusFailure(429, 2000), 'again'],
    [statusFailure(429, 2001), 'elsewhere'],
    [statusFailure(500), 'again'],
    [statusFailure(529), 'again'],
  ] as [UpstreamFailure, string][])('[GW-U4] %j: %s', (why, allowed) => {
    expect(recoveryFrom(why)).toBe(allowed)
  })
})

describe('the next attempt', () => {
  const order = targetsOf([1, 1])
  const half = () => 0.5

  test('[GW-U4] there are never more than three, whatever the targets', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 3, max: 20 }), (list, attempts) => {
        const state = { order: targetsOf(list), attempts, failure: statusFailure(500), random: half }
        expect(nextAttempt(state)).toBeNull()
      }),
    )
  })

  test('[GW-U4] goes to a fresh target at once', () => {
    const next = nextAttempt({ order, attempts: 1, failure: statusFailure(500), random: half })
    expect(next).toEqual({ target: order[1], waitMs: 0 })
  })

  test('[GW-U4] goes to the target that failed last again when all were tried, after a pause', () => {
    const next = nextAttempt({ order, attempts: 2, failure: statusFailure(500), random: half })
    expect(next).toEqual({ target: order[1], waitMs: 200 })
  })

  test('[GW-U4] never goes again to a target that refuses', () => {
    expect(nextAttempt({ order, attempts: 2, failure: statusFailure(401), random: half })).toBeNull()
  })

  test('[GW-U4] pauses grow, are jittered, and last as long as Retry-After says', () => {
    const one = targetsOf([1])
    const pause = (attempts: number, random: () => number, retryAfterMs: number | null = null) =>
      nextAttempt({ order: one, attempts, failure: statusFailure(503, retryAfterMs), random })?.waitMs
    expect([pause(1, () => 0), pause(1, () => 1)]).toEqual([50, 150])
    expect([pause(2, () => 0), pause(2, () => 1)]).toEqual([100, 300])
    expect(pause(1, () => 0, 1500)).toBe(1500)
  })
})
