// Sums of the rollups: of what is over from the coarsest that tells apart what is asked, of the rest from quarters of an hour.
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

/** What sums can be told apart by, besides their status. */
export type Dimension = 'keyId' | 'userId' | 'model'
/** Sums of what has all of these in common; '' is what they are not told apart by. */
export type GroupSums = Sums & Record<Dimension | 'status', string>
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

/** What was used in a range, by status and what else it is told apart by. */
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
      select ${groups}, status, ${columns} from ${quarters(query)}
    )
    select "keyId", "userId", model, status, ${summed} from cells group by 1, 2, 3, 4`.execute(db)
  return rows.map(withMoney)
}

/** What was used in each slot of a range, by status. */
export async function sumSlots(
  db: Kysely<Tables>,
  { scope, parts }: Query,
  slots: readonly Slot[],
): Promise<SlotSums[]> {
  const { closed, open } = inHalfHours(parts, slots)
  const { rows } = await sql<Raw<SlotSums>>`
    with cells as (
      select slot_at as at, status, ${columns} from ${halfHours({ scope }, closed)}
      union all
      select bucket_at, status, ${columns} from ${quarters({ scope, parts: { open } })}
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

type Rows = { scope: Scope; parts: Pick<Parts, 'open'> }

/** The quarters of an hour that have to be read: of all that was not summed further. */
export const quarters = ({ scope, parts }: Rows, table = 'usage_rollups'): RawBuilder<unknown> =>
  sql`${sql.table(table)} where ${matching(scope)} and ${within('bucket_at', parts.open)}`

/** The sums of whole days. */
export const closedDays = ({ scope, parts }: Query, by: readonly Dimension[] = []): RawBuilder<unknown> =>
  sql`usage_day_rollups where day = any(${parts.days}::date[]) and ${summedFor(scope, by)}`

/** The half hours of spans that were summed. */
export const halfHours = (
  { scope }: Pick<Query, 'scope'>,
  spans: readonly Span[],
  by: readonly Dimension[] = [],
): RawBuilder<unknown> =>
  sql`usage_slot_rollups where ${summedFor(scope, by)} and ${within('slot_at', spans)}`

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

const columnOf = { keyId: 'key_id', userId: 'user_id', model: 'model' } as const
const dimensions = ['keyId', 'userId', 'model'] as const

/** The rows that are summed over all that is neither asked for nor told apart. What is not summed over is theirs to say. */
function summedFor(scope: Scope, by: readonly Dimension[]): RawBuilder<unknown> {
  const keeps = (name: Dimension) => scope[name] !== null || by.includes(name)
  const overKeys = keeps('keyId') ? 0 : 4
  // Where keys are kept apart, so are their users.
  const overUsers = keeps('keyId') || keeps('userId') ? 0 : 2
  return sql`${matching(scope)} and summed_over = ${overKeys + overUsers + (keeps('model') ? 0 : 1)}`
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
