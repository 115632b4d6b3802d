// What an organisation's rollups of a span ($1, from $2, to $3) amount to, in the shapes that dashboards read.
import { halfHourOf, rollupSums } from './statement.ts'

const sums = rollupSums
const dayOf = (at: string): string => `(${at} at time zone 'UTC')::date`

/** A table of sums, and when they are of. */
export type Shape = {
  table: string
  /** Its column of time, and what a bucket is of it. */
  at: string
  atOf: string
  /** The condition that a row of it is of the span. */
  isWithin: string
}

/** Whole days (UTC). */
export const byDay: Shape = {
  table: 'usage_day_rollups',
  at: 'day',
  atOf: dayOf('bucket_at'),
  isWithin: `day >= ${dayOf('$2::timestamptz')} and day < ${dayOf('$3::timestamptz')}`,
}

/** Half hours: nearly every time zone's day is a sum of them. */
export const bySlot: Shape = {
  table: 'usage_slot_rollups',
  at: 'slot_at',
  atOf: halfHourOf('bucket_at'),
  isWithin: 'slot_at >= $2::timestamptz and slot_at < $3::timestamptz',
}

const dimensions = ['key_id', 'user_id', 'model']
/** What is kept apart: a key has one user nearly always, so there is no sum of a key over its users. */
const groupingSets = `grouping sets (
  (key_id, user_id, model), (key_id, user_id), (user_id, model), (user_id), (model), ())`
const groups = ['summed_over', ...dimensions, 'status']

type Cells = { table: string; sums: string; by?: string }

const cellsOf = ({ atOf }: Shape, { table, sums, by = '' }: Cells): string =>
  `select ${atOf} as at, grouping(${dimensions.join(', ')})::smallint as summed_over,
     ${dimensions.map((name) => `coalesce(${name}, '') as ${name}`).join(', ')}, status${by}, ${sums}
   from ${table}
   where organisation_id = $1 and bucket_at >= $2::timestamptz and bucket_at < $3::timestamptz
   group by 1, status${by}, ${groupingSets}`

const bins = ['latency', 'first_token'].flatMap((measure) => [`${measure}_bins`, `${measure}_counts`])
const binColumns = (measure: string): string =>
  `array_agg(bin order by bin) filter (where measure = '${measure}') as ${measure}_bins,
   array_agg(requests order by bin) filter (where measure = '${measure}') as ${measure}_counts`

/** The rows of a shape that are of the span, after `from`. */
export const rowsOf = ({ table, isWithin }: Shape): string =>
  `${table} where organisation_id = $1 and ${isWithin}`

/** What tells the rows of a shape apart. */
export const keyOf = ({ at }: Shape): string[] => ['organisation_id', at, ...groups]
/** What they say. */
export const values: readonly string[] = [...sums, ...bins]

/** Selects the rows of a shape: its key, then its values. */
export const selectSums = (shape: Shape): string => `
  with sums as (
    ${cellsOf(shape, { table: 'usage_rollups', sums: sums.map((name) => `sum(${name})::bigint as ${name}`).join(', ') })}
  ), counted as (
    ${cellsOf(shape, { table: 'usage_histograms', sums: 'sum(requests)::bigint as requests', by: ', measure, bin' })}
  ), binned as (
    select at, ${groups.join(', ')}, ${binColumns('latency')}, ${binColumns('first_token')}
    from counted group by at, ${groups.join(', ')}
  )
  select $1::text as organisation_id, at as ${shape.at}, ${groups.join(', ')}, ${sums.join(', ')},
    ${bins.map((name) => `coalesce(${name}, '{}') as ${name}`).join(', ')}
  from sums left join binned using (at, ${groups.join(', ')})`
