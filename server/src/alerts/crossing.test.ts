import { expect, test } from 'vitest'
import { judge, thresholdsOf } from './crossing.ts'
import type { FiringRow } from './store.ts'

const period = { startsAt: Date.parse('2026-11-01'), endsAt: Date.parse('2026-12-01') }
const thresholds = [50, 75, 90, 100]
const figures = (used: number, limit: number | null = 100) => ({
  ...{ period, used: BigInt(used), limit: limit === null ? null : BigInt(limit) },
})
const firing = (threshold: number, more: Partial<FiringRow> = {}): FiringRow => ({
  ...{ alert_id: 'alr', period_starts_at: new Date(period.startsAt), threshold, basis: 'same' },
  ...{ event_id: 'aev', fired_at: new Date(), resolved_at: null, ...more },
})
const judged = (used: number, firings: FiringRow[] = [], basis = 'same') => {
  const { fire, reopen, resolve, isHigher } = judge(figures(used), { thresholds, basis, firings })
  const names = (rows: FiringRow[]) => rows.map(({ threshold }) => threshold)
  return [fire, names(reopen), names(resolve), isHigher]
}
const resolved_at = new Date()

test('[AL1] a threshold is crossed when exactly its share is used, and not a token before', () => {
  expect(judged(49)).toEqual([[], [], [], false])
  expect(judged(50)).toEqual([[50], [], [], true])
  const third = { thresholds: [33], basis: 'same', firings: [] }
  expect(judge(figures(32, 99), third).fire).toEqual([])
  expect(judge({ period, used: 2n ** 62n / 100n, limit: 2n ** 62n }, third).fire).toEqual([])
})

test('[AL1] without a limit nothing is crossed, and what was is resolved', () => {
  const firings = [firing(100)]
  expect(judge(figures(1e9, null), { thresholds, basis: 'same', firings })).toMatchObject({
    ...{ fire: [], resolve: firings },
  })
})

test('[AL7] all that are crossed at once fire; one below what was told is no higher', () => {
  expect(judged(95)).toEqual([[50, 75, 90], [], [], true])
  expect(judged(95, [firing(50), firing(90)])).toEqual([[75], [], [], false])
  expect(judged(100, [firing(50), firing(75), firing(90)])).toEqual([[100], [], [], true])
})

test('[AL6] what was told does not fire again, resolved or not, unless something else is counted', () => {
  expect(judged(60, [firing(50)])).toEqual([[], [], [], false])
  expect(judged(60, [firing(50, { resolved_at })])).toEqual([[], [50], [], false])
  expect(judged(60, [firing(50, { resolved_at })], 'other')).toEqual([[50], [], [], true])
  expect(judged(60, [firing(50)], 'other')).toEqual([[], [], [], false])
})

test('[AL8] what no longer holds is resolved: the use fell, or its period is over', () => {
  expect(judged(60, [firing(50), firing(75), firing(90)])).toEqual([[], [], [75, 90], false])
  const last = { period_starts_at: new Date('2026-10-01') }
  expect(judged(10, [firing(50, last)])).toEqual([[], [], [50], false])
  expect(judged(60, [firing(50, last)])).toEqual([[50], [], [50], true])
})

test('[AL16] steps begin above the highest threshold and 100 %, and end at a hundred times the limit', () => {
  const of = (thresholds: number[], recurring_step: number | null) =>
    thresholdsOf({ thresholds, recurring_step })
  expect(of([50, 100], null)).toEqual([50, 100])
  expect(of([50, 100], 25).slice(0, 5)).toEqual([50, 100, 125, 150, 175])
  expect(of([50], 300).slice(0, 3)).toEqual([50, 400, 700])
  expect(of([120], 30).slice(0, 3)).toEqual([120, 150, 180])
  expect(of([50, 100], 25).at(-1)).toBe(10_000)
  expect(of([1000], 1000).at(-1)).toBe(10_000)
})

test('[AL16] a step fires when exactly its share is used; of several the highest is told, and none of them later', () => {
  const steps = thresholdsOf({ thresholds: [100], recurring_step: 25 })
  const verdict = (used: number, firings: FiringRow[]) =>
    judge(figures(used), { thresholds: steps, basis: 'same', firings })
  const at = (...all: number[]) => all.map((each) => firing(each))
  expect(verdict(124, at(100))).toMatchObject({ fire: [], resolve: [] })
  expect(verdict(125, at(100))).toMatchObject({ fire: [125], isHigher: true })
  expect(verdict(199, at(100, 125))).toMatchObject({ fire: [150, 175], isHigher: true })
  expect(verdict(130, at(100, 125, 150, 175))).toMatchObject({ fire: [], resolve: at(150, 175) })
  const gone = [...at(100, 125), firing(150, { resolved_at })]
  expect(verdict(160, gone)).toMatchObject({ fire: [], reopen: [gone[2]] })
  expect(verdict(10 ** 12, []).fire).toHaveLength(397)
})
