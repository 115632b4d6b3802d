import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { billingPeriodAt, tokenCeiling } from './billing-period.ts'

const ms = (iso: string): number => Date.parse(iso)
const day = (instantMs: number): string => new Date(instantMs).toISOString().slice(0, 10)
const periodOf = (anchor: string, at: string): string => {
  const { startsAt, endsAt } = billingPeriodAt(ms(anchor), ms(at))
  return `${day(startsAt)} to ${day(endsAt)}`
}

describe('billingPeriodAt', () => {
  it.each([
    ['2026-01-15', '2026-01-15T00:00:00Z', '2026-01-15 to 2026-02-15'],
    ['2026-01-15', '2026-02-14T23:59:59.999Z', '2026-01-15 to 2026-02-15'],
    ['2026-01-15', '2026-02-15T00:00:00Z', '2026-02-15 to 2026-03-15'],
    ['2026-12-20', '2027-01-03T12:00:00Z', '2026-12-20 to 2027-01-20'],
    ['2026-05-10', '2026-05-09T00:00:00Z', '2026-04-10 to 2026-05-10'],
  ])('anchored %s, %s lies in %s', (anchor, at, period) => {
    expect(periodOf(anchor, at)).toBe(period)
  })

  it('clamps to the end of short months and comes back: 31 January, 28 February, 31 March', () => {
    expect(periodOf('2026-01-31', '2026-02-27T23:00:00Z')).toBe('2026-01-31 to 2026-02-28')
    expect(periodOf('2026-01-31', '2026-02-28T00:00:00Z')).toBe('2026-02-28 to 2026-03-31')
    expect(periodOf('2026-01-31', '2026-04-30T00:00:00Z')).toBe('2026-04-30 to 2026-05-31')
    expect(periodOf('2024-01-31', '2024-02-29T00:00:00Z')).toBe('2024-02-29 to 2024-03-31')
    expect(periodOf('2024-02-29', '2025-02-28T00:00:00Z')).toBe('2025-02-28 to 2025-03-29')
  })

  const instant = fc.integer({ min: ms('1990-01-01'), max: ms('2100-01-01') })

  it('holds every instant in exactly one period, whatever the anchor', () => {
    fc.assert(
      fc.property(instant, instant, (anchor, at) => {
        const period = billingPeriodAt(anchor, at)
        expect(period.startsAt).toBeLessThanOrEqual(at)
        expect(period.endsAt).toBeGreaterThan(at)
        expect(billingPeriodAt(anchor, period.startsAt)).toEqual(period)
        expect(billingPeriodAt(anchor, period.endsAt - 1)).toEqual(period)
        expect(billingPeriodAt(anchor, period.endsAt).startsAt).toBe(period.endsAt)
      }),
    )
  })

  it('never drifts: each period begins on the anchor’s day or on the last of its month', () => {
    fc.assert(
      fc.property(instant, instant, (anchor, at) => {
        const start = new Date(billingPeriodAt(anchor, at).startsAt)
        const tomorrow = new Date(start.getTime() + 86_400_000)
        const wanted = new Date(anchor).getUTCDate()
        expect(
          start.getUTCDate() === wanted || (start.getUTCDate() < wanted && tomorrow.getUTCDate() === 1),
        ).toBe(true)
      }),
    )
  })
})

describe('tokenCeiling', () => {
  it('is the allotment times its percentage, rounded down', () => {
    expect(tokenCeiling({ tokensPerMonth: 1_000, tokenCeilingPercent: 100 })).toBe(1_000)
    expect(tokenCeiling({ tokensPerMonth: 50_000, tokenCeilingPercent: 200 })).toBe(100_000)
    expect(tokenCeiling({ tokensPerMonth: 333, tokenCeilingPercent: 150 })).toBe(499)
  })

  it('does not exist where tokens are unlimited', () => {
    expect(tokenCeiling({ tokensPerMonth: null, tokenCeilingPercent: 100 })).toBeNull()
  })
})
