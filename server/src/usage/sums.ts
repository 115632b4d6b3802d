// Sums of what was used: of a range by what it is told apart by, and of each of its slots.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Slot } from './range.ts'
import { slotCellsOf, slotOf } from './slot-cells.ts'
import { closedDays, type Dimension, halfHours, type Query, quarters } from './sources.ts'

/** Counts, and money in whole micro-USD. */
export type Sums = {
  requests: number
  /** Those of them whose price is not known. */
  unpricedRequests: number
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  inputMicrousd: bigint
  cachedMicrousd: bigint
  outputMicrousd: bigint
  latencyMs: number
}

/** Sums of what has all of these in common; '' is what they are not told apart by. */
export type GroupSums = Sums & Record<Dimension | 'status', string>
/** Sums of one slot, by its place among them, and status. */
export type SlotSums = Sums & { slot: number; status: string }

const columnOf = { keyId: 'key_id', userId: 'user_id', model: 'model' } as const
const dimensions = ['keyId', 'userId', 'model'] as const

const names = [
  ...['requests', 'unpriced_requests', 'input_tokens', 'cached_tokens', 'output_tokens'],
  ...['input_microusd', 'cached_microusd', 'output_microusd', 'latency_ms_sum'],
]
const columns = sql.raw(names.join(', '))
const summed = sql.raw(
  `sum(requests)::float8 as requests, sum(unpriced_requests)::float8 as "unpricedRequests",
   sum(input_tokens)::float8 as "inputTokens",
   sum(cached_tokens)::float8 as "cachedTokens", sum(output_tokens)::float8 as "outputTokens",
   sum(input_microusd)::text as "inputMicrousd", sum(cached_microusd)::text as "cachedMicrousd",
   sum(output_microusd)::text as "outputMicrousd", sum(latency_ms_sum)::float8 as "latencyMs"`,
)

type Raw<T> = { [K in keyof T]: T[K] extends bigint ? string : T[K] }

/** What was used in a range, by status and what else it is told apart by; where all was corrected, nothing was. */
export async function sumGroups(
  db: Kysely<Tables>,
  query: Query,
  by: readonly Dimension[],
): Promise<GroupSums[]> {
  const groups = sql.join(
    dimensions.map(
      (name) => sql`${by.includes(name) ? sql.ref(columnOf[name]) : sql`''`} as ${sql.ref(name)}`,
    ),
  )
  const { rows } = await sql<Raw<GroupSums>>`
    with cells as (
      select ${groups}, status, ${columns} from ${closedDays(query, by)}
      union all
      select ${groups}, status, ${columns} from ${halfHours(query, query.parts.halfHours, by)}
      union all
      select ${groups}, status, ${columns} from ${quarters(query, query.parts.open)}
    )
    select "keyId", "userId", model, status, ${summed} from cells group by 1, 2, 3, 4 having sum(requests) > 0`.execute(
    db,
  )
  return rows.map(withMoney)
}

/** What was used in each slot of a range, by status. */
export async function sumSlots(
  db: Kysely<Tables>,
  query: Query,
  slots: readonly Slot[],
): Promise<SlotSums[]> {
  const { coarse, fine } = slotCellsOf(query, slots)
  const columns = sql.raw(['status', ...names].join(', '))
  const signed = sql.raw(names.map((name) => `sign * ${name} as ${name}`).join(', '))
  const { rows } = await sql<Raw<SlotSums>>`
    with cells as (
      select at, status, ${signed} from (${coarse(columns)} union all ${fine('usage_rollups', columns)}) counted
    )
    select ${slotOf(slots)} as slot, status, ${summed} from cells group by 1, 2`.execute(db)
  return rows.map(withMoney)
}

const withMoney = <T extends Sums>(row: Raw<T>): T =>
  ({
    ...row,
    inputMicrousd: BigInt(row.inputMicrousd),
    cachedMicrousd: BigInt(row.cachedMicrousd),
    outputMicrousd: BigInt(row.outputMicrousd),
  }) as T
