// The rows that slots are summed from, by the instant that says which slot each counts for.
import { type RawBuilder, sql } from 'kysely'
import { type Pieces, type SlotParts, slotPartsOf } from './parts.ts'
import type { Slot } from './range.ts'
import { closedDays, halfHours, type Query, quarters } from './sources.ts'

type Sql = RawBuilder<unknown>
/** Selects `at`, `sign` and some columns; what is -1 is taken from its slot. */
export type SlotCells = {
  coarse: (columns: Sql) => Sql
  fine: (table: 'usage_rollups' | 'usage_histograms', columns: Sql) => Sql
}

/** Those of a query. */
export function slotCellsOf({ scope, parts }: Query, slots: readonly Slot[]): SlotCells {
  const slotParts = slotPartsOf(parts, slots)
  const { days } = slotParts
  return {
    coarse: (columns) => sql`
      select ${noonOf(sql`day::timestamp at time zone 'UTC'`)} as at, 1 as sign, ${columns}
      from ${closedDays({ scope, parts: { days } })}
      union all
      ${counted(slotParts, {
        at: sql`slot_at`,
        columns,
        rowsOf: (pieces) => halfHours({ scope }, pieces.halfHours),
      })}`,
    fine: (table, columns) =>
      counted(slotParts, {
        at: sql`bucket_at`,
        columns,
        rowsOf: (pieces) => quarters({ scope }, pieces.quarters, table),
      }),
  }
}

const noonOf = (at: Sql): Sql => sql`date_trunc('day', ${at}, 'UTC') + interval '12 hours'`

type Counting = { at: Sql; columns: Sql; rowsOf: (pieces: Pieces) => Sql }

const counted = ({ rest, moved }: SlotParts, { at, columns, rowsOf }: Counting): Sql => sql`
  select ${at} as at, 1 as sign, ${columns} from ${rowsOf(rest)}
  union all
  select counted.at, counted.sign, ${columns} from (select * from ${rowsOf(moved)}) moved
  cross join lateral (values (${at}, 1), (${noonOf(at)}, -1)) counted(at, sign)`

/** Which of the slots an instant `at` is in, from 0 on. */
export const slotOf = (slots: readonly Slot[]): RawBuilder<number> =>
  sql`width_bucket(at, ${slots.map(({ startsAt }) => startsAt.toISOString())}::timestamptz[]) - 1`
