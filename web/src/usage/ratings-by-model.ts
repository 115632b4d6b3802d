import type { RatingsDay } from '@portal/contract'
import { sum } from './charts.ts'

type Counted = Pick<RatingsDay, 'up' | 'down'>

export const upOf = (rows: readonly Counted[]): number => sum(rows.map(({ up }) => up))
export const downOf = (rows: readonly Counted[]): number => sum(rows.map(({ down }) => down))

/** Ratings of days as one row for each model, the most rated first. */
export function ratingsByModel(days: readonly Omit<RatingsDay, 'date'>[]): Omit<RatingsDay, 'date'>[] {
  return [...Map.groupBy(days, ({ model }) => model)]
    .map(([model, rows]) => ({ model, up: upOf(rows), down: downOf(rows) }))
    .sort((a, b) => b.up + b.down - (a.up + a.down))
}
