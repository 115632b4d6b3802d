type Rated = { model: string; up: number; down: number }

/** Ratings of days as one row for each model, the most rated first. */
export function ratingsByModel(days: readonly Rated[]): Rated[] {
  const sum = (rows: readonly Rated[], of: 'up' | 'down') => rows.reduce((total, row) => total + row[of], 0)
  return [...Map.groupBy(days, ({ model }) => model)]
    .map(([model, rows]) => ({ model, up: sum(rows, 'up'), down: sum(rows, 'down') }))
    .sort((a, b) => b.up + b.down - (a.up + a.down))
}
