// Sums of the rollups: of days that are closed from their own sums, of the others from their quarters of an hour.
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { inHalfHours, type Parts, partsOf, type Span } from './parts.ts'
import type { Range, Slot } from './range.ts'

/** Whose use, and which of it. */
export type Scope = {
  organisationId: string
  /** '' is what was asked without a key. */
  keyId: string | null
  userId: string | null
  model: string | null
  statuses: readonly string[] | null
}

/** Counts, and money in whole micro-USD. */
export type Sums = {
  requests: number
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  inputMicrousd: bigint
  cachedMicrousd: bigint
  outputMicrousd: bigint
  latencyMs: number
}

/** Sums of what has all of these in common. */
export type GroupSums = Sums & { keyId: string; userId: string; model: string; status: string }
/** Sums of one slot, by its place among them, and status. */
export type SlotSums = Sums & { slot: number; status: string }

/** What is asked, and what of it is read from where. */
export type Query = { scope: Scope; parts: Parts }

/** A range as it is read now. */
export const queryOf = async (db: Kysely<Tables>, scope: Scope, range: Range): Promise<Query> => ({
  scope,
  parts: await partsOf(db, scope.organisationId, range),
})

type Raw<T> = { [K in keyof T]: T[K] extends bigint ? string : T[K] }

/** What was used in a range, by key, user, model and status. */
export async function sumGroups(db: Kysely<Tables>, query: Query): Promise<GroupSums[]> {
  const { rows } = await sql<Raw<GroupSums>>`
    with cells as (
      select key_id, user_id, model, status, ${columns} from ${closedDays(query)}
      union all
      select key_id, user_id, model, status, ${columns} from ${quarters(query)}
    )
    select key_id as "keyId", user_id as "userId", model, status, ${summed} from cells group by 1, 2, 3, 4`.execute(
    db,
  )
  return rows.map(withMoney)
}

/** What was used in each slot of a range, by status. */
export async function sumSlots(
  db: Kysely<Tables>,
  { scope, parts }: Query,
  slots: readonly Slot[],
): Promise<SlotSums[]> {
  const query = { scope, parts: inHalfHours(parts, slots) }
  const { rows } = await sql<Raw<SlotSums>>`
    with cells as (
      select slot_at as at, status, ${columns} from ${halfHours(query)}
      union all
      select bucket_at, status, ${columns} from ${quarters(query)}
    )
    select ${slotOf(slots)} as slot, status, ${summed} from cells group by 1, 2`.execute(db)
  return rows.map(withMoney)
}

const names = [
  ...['requests', 'input_tokens', 'cached_tokens', 'output_tokens'],
  ...['input_microusd', 'cached_microusd', 'output_microusd', 'latency_ms_sum'],
]
const columns = sql.raw(names.join(', '))
const summed = sql.raw(
  `sum(requests)::float8 as requests, sum(input_tokens)::float8 as "inputTokens",
   sum(cached_tokens)::float8 as "cachedTokens", sum(output_tokens)::float8 as "outputTokens",
   sum(input_microusd)::text as "inputMicrousd", sum(cached_microusd)::text as "cachedMicrousd",
   sum(output_microusd)::text as "outputMicrousd", sum(latency_ms_sum)::float8 as "latencyMs"`,
)

const withMoney = <T extends Sums>(row: Raw<T>): T =>
  ({
    ...row,
    inputMicrousd: BigInt(row.inputMicrousd),
    cachedMicrousd: BigInt(row.cachedMicrousd),
    outputMicrousd: BigInt(row.outputMicrousd),
  }) as T

/** The quarters of an hour of a range that have to be read: of all that is not within closed days. */
export const quarters = ({ scope, parts }: Query, table = 'usage_rollups'): RawBuilder<unknown> =>
  sql`${sql.table(table)} where ${matching(scope)} and ${within('bucket_at', parts.open)}`

/** The sums of closed days. */
export const closedDays = ({ scope, parts }: Query): RawBuilder<unknown> =>
  sql`usage_day_rollups where day = any(${parts.days}::date[]) and ${matching(scope)}`

/** The half hours of closed days, from the one of the three sums that the scope needs. */
export const halfHours = ({ scope, parts }: Query): RawBuilder<unknown> =>
  sql`usage_slot_rollups where ${matching(scope)} and ${sumOf(scope)} and ${within('slot_at', parts.closed)}`

/** One after another, so that the planner sees how little each is. */
const within = (column: string, spans: readonly Span[]): RawBuilder<unknown> =>
  spans.length === 0
    ? sql`false`
    : sql`(${sql.join(
        spans.map(
          ({ from, to }) =>
            sql`${sql.ref(column)} >= ${new Date(from)} and ${sql.ref(column)} < ${new Date(to)}`,
        ),
        sql` or `,
      )})`

function sumOf({ keyId, userId }: Scope): RawBuilder<unknown> {
  if (keyId !== null) return sql`user_id <> '*'`
  return userId === null ? sql`key_id = '*' and user_id = '*'` : sql`key_id = '*'`
}

/** Which of the slots an instant `at` is in, from 0 on. */
export const slotOf = (slots: readonly Slot[]): RawBuilder<number> =>
  sql`width_bucket(at, ${slots.map(({ startsAt }) => startsAt.toISOString())}::timestamptz[]) - 1`

/** The conditions of a scope on a table, or on one that goes by an alias. */
export function matching(
  { organisationId, keyId, userId, model, statuses }: Scope,
  alias?: string,
): RawBuilder<unknown> {
  const column = (name: string) => (alias ? sql.ref(`${alias}.${name}`) : sql.ref(name))
  return sql.join(
    [
      sql`${column('organisation_id')} = ${organisationId}`,
      ...(keyId === null ? [] : [sql`${column('key_id')} = ${keyId}`]),
      ...(userId === null ? [] : [sql`${column('user_id')} = ${userId}`]),
      ...(model === null ? [] : [sql`${column('model')} = ${model}`]),
      ...(statuses === null ? [] : [sql`${column('status')} = any(${statuses}::text[])`]),
    ],
    sql` and `,
  )
}
