// How long requests took: quantiles of the counts that the rollups keep in logarithmic bins.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { type Bin, quantileMs } from '../ledger/index.ts'
import type { Slot } from './range.ts'
import { slotCellsOf, slotOf } from './slot-cells.ts'
import { closedDays, halfHours, type Query, quarters } from './sources.ts'

type MeasuredBin = Bin & { measure: Measure }
type Measure = 'latency' | 'first_token'

/** Quantiles in whole milliseconds, within 5 % of the truth; null where nothing was measured. */
export type Times = {
  p50: number | null
  p95: number | null
  firstTokenP50: number | null
  firstTokenP95: number | null
}

const bins = sql.raw('latency_bins, latency_counts, first_token_bins, first_token_counts')
const bothMeasures = sql`cross join lateral (
  select 'latency' as measure, * from unnest(latency_bins, latency_counts) as counted(bin, requests)
  union all
  select 'first_token', * from unnest(first_token_bins, first_token_counts) as counted(bin, requests)
) counted`

/** Those of a whole range. */
export async function timesOf(db: Kysely<Tables>, query: Query): Promise<Times> {
  const { rows } = await sql<MeasuredBin>`
    with cells as (
      select counted.measure, counted.bin, counted.requests
      from (
        select ${bins} from ${closedDays(query)}
        union all
        select ${bins} from ${halfHours(query, query.parts.halfHours)}
      ) summed ${bothMeasures}
      union all
      select measure, bin, requests from ${quarters(query, query.parts.open, 'usage_histograms')}
    )
    select measure, bin, sum(requests)::float8 as requests from cells group by 1, 2 order by 2`.execute(db)
  return quantilesOf(rows)
}

/** Those of each slot, by its name. */
export async function timesOfSlots(
  db: Kysely<Tables>,
  query: Query,
  slots: readonly Slot[],
): Promise<(Times & { date: string })[]> {
  const { coarse, fine } = slotCellsOf(query, slots)
  const { rows } = await sql<MeasuredBin & { slot: number }>`
    with cells as (
      select at, counted.measure, counted.bin, sign * counted.requests as requests
      from (${coarse(bins)}) summed ${bothMeasures}
      union all
      select at, measure, bin, sign * requests
      from (${fine('usage_histograms', sql.raw('measure, bin, requests'))}) counted
    )
    select ${slotOf(slots)} as slot, measure, bin, sum(requests)::float8 as requests
    from cells group by 1, 2, 3 order by 3`.execute(db)
  const bySlot = Map.groupBy(rows, ({ slot }) => slot)
  return slots.map(({ date }, slot) => ({ date, ...quantilesOf(bySlot.get(slot) ?? []) }))
}

/** @param bins in ascending order */
function quantilesOf(bins: readonly MeasuredBin[]): Times {
  const of = (measure: Measure) => bins.filter((bin) => bin.measure === measure)
  const [latency, firstToken] = [of('latency'), of('first_token')]
  return {
    ...{ p50: quantileMs(latency, 0.5), p95: quantileMs(latency, 0.95) },
    ...{ firstTokenP50: quantileMs(firstToken, 0.5), firstTokenP95: quantileMs(firstToken, 0.95) },
  }
}
