// What the rollups of one organisation's UTC day ($1, $2) amount to, in the shapes that dashboards read.
import { halfHourOf, rollupSums } from './statement.ts'

const sums = Object.keys(rollupSums)
const summed = sums.map((name) => `sum(c.${name})::bigint as ${name}`)

/** The condition that an instant lies in the day. */
const isWithinDay = (at: string): string =>
  `${at} >= $2::date::timestamp at time zone 'UTC' and ${at} < ($2::date + 1)::timestamp at time zone 'UTC'`

/** A table of sums: when they are of, and for whom each is kept. */
export type Shape = {
  table: string
  /** Its column of time, and what a bucket is of it. */
  at: string
  atOf: string
  /** The condition that a row of it is of the day. */
  isOfDay: string
  /** For which keys and users a rollup counts. */
  countsFor: string
}

/** One row for everything that differs. */
export const byDay: Shape = {
  table: 'usage_day_rollups',
  at: 'day',
  atOf: '$2::date',
  isOfDay: 'day = $2::date',
  countsFor: '(c.key_id, c.user_id)',
}

/** Half hours: nearly every time zone's day is a sum of them. */
export const bySlot: Shape = {
  table: 'usage_slot_rollups',
  at: 'slot_at',
  atOf: halfHourOf('c.bucket_at'),
  isOfDay: isWithinDay('slot_at'),
  countsFor: "(c.key_id, c.user_id), ('*', c.user_id), ('*', '*')",
}

const binColumns = (measure: string): string =>
  `coalesce(array_agg(bin order by bin) filter (where measure = '${measure}'), '{}') as ${measure}_bins,
   coalesce(array_agg(requests order by bin) filter (where measure = '${measure}'), '{}') as ${measure}_counts`

type Cells = { table: string; sums: string; by?: string }

const cellsOf = ({ atOf, countsFor }: Shape, { table, sums, by = '' }: Cells): string =>
  `select ${atOf} as at, w.key_id, w.user_id, c.model, c.status${by}, ${sums}
   from ${table} c cross join lateral (values ${countsFor}) w(key_id, user_id)
   where c.organisation_id = $1 and ${isWithinDay('c.bucket_at')}
   group by 1, 2, 3, 4, 5${by}`

const histogramCells: Cells = {
  table: 'usage_histograms',
  sums: 'sum(c.requests)::bigint as requests',
  by: ', c.measure, c.bin',
}

const bins = ['latency_bins', 'latency_counts', 'first_token_bins', 'first_token_counts']

/** The rows of a shape that are of the day, after `from`. */
export const rowsOfDay = ({ table, isOfDay }: Shape): string =>
  `${table} where organisation_id = $1 and ${isOfDay}`

/** The columns of a shape, in the order of `selectSums`. */
export const columnsOf = ({ at }: Shape): string[] => [
  ...['organisation_id', at, 'key_id', 'user_id', 'model', 'status'],
  ...sums,
  ...bins,
]

/** Selects the rows of a shape. */
export const selectSums = (shape: Shape): string => `
  with sums as (
    ${cellsOf(shape, { table: 'usage_rollups', sums: summed.join(', ') })}
  ), counted as (
    ${cellsOf(shape, histogramCells)}
  ), binned as (
    select at, key_id, user_id, model, status, ${binColumns('latency')}, ${binColumns('first_token')}
    from counted group by 1, 2, 3, 4, 5
  )
  select $1::text as organisation_id, at as ${shape.at}, key_id, user_id, model, status, ${sums.join(', ')},
    ${bins.map((name) => `coalesce(${name}, '{}') as ${name}`).join(', ')}
  from sums left join binned using (at, key_id, user_id, model, status)`
