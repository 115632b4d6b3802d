// The tables that usage is read from: sums of days and of half hours of what is over, quarters of an hour of the rest.
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { type Parts, partsOf, type Span } from './parts.ts'
import type { Range } from './range.ts'

const quarterMs = 900_000
const halfHourMs = 2 * quarterMs

/** Whose use, and which of it. */
export type Scope = {
  organisationId: string
  /** '' is what was asked without a key. */
  keyId: string | null
  userId: string | null
  model: string | null
  statuses: readonly string[] | null
}

/** What sums can be told apart by, besides their status. */
export type Dimension = 'keyId' | 'userId' | 'model'
/** What is asked, and what of it is read from where. */
export type Query = { scope: Scope; parts: Parts }

/** A range as it is read now. */
export const queryOf = async (db: Kysely<Tables>, scope: Scope, range: Range): Promise<Query> => ({
  scope,
  parts: await partsOf(db, scope.organisationId, range),
})

type Scoped = { scope: Scope }

/** The quarters of an hour of spans. */
export const quarters = (
  { scope }: Scoped,
  spans: readonly Span[],
  table = 'usage_rollups',
): RawBuilder<unknown> =>
  sql`${sql.table(table)} where ${matching(scope)} and ${within('bucket_at', spans, quarterMs)}`

/** The sums of whole days. */
export const closedDays = (
  { scope, parts }: Scoped & { parts: Pick<Parts, 'days'> },
  by: readonly Dimension[] = [],
): RawBuilder<unknown> =>
  sql`usage_day_rollups where day = any(${parts.days}::date[]) and ${summedFor(scope, by)}`

/** The half hours of spans that were summed. */
export const halfHours = (
  { scope }: Scoped,
  spans: readonly Span[],
  by: readonly Dimension[] = [],
): RawBuilder<unknown> =>
  sql`usage_slot_rollups where ${summedFor(scope, by)} and ${within('slot_at', spans, halfHourMs)}`

const spansMax = 4

/** Constants, so that the planner sees how little it is: a few spans one after another, of many each instant by its index. */
function within(column: string, spans: readonly Span[], unitMs: number): RawBuilder<unknown> {
  const at = sql.ref(column)
  if (spans.length === 0) return sql`false`
  if (spans.length > spansMax) return sql`${at} = any(${instantsIn(spans, unitMs)}::timestamptz[])`
  const each = spans.map(({ from, to }) => sql`${at} >= ${new Date(from)} and ${at} < ${new Date(to)}`)
  return sql`(${sql.join(each, sql` or `)})`
}

function instantsIn(spans: readonly Span[], unitMs: number): string[] {
  const instants: string[] = []
  for (const { from, to } of spans) {
    for (let at = Math.ceil(from / unitMs) * unitMs; at < to; at += unitMs)
      instants.push(new Date(at).toISOString())
  }
  return instants
}

/** The rows that are summed over all that is neither asked for nor told apart. What is not summed over is theirs to say. */
function summedFor(scope: Scope, by: readonly Dimension[]): RawBuilder<unknown> {
  const keeps = (name: Dimension) => scope[name] !== null || by.includes(name)
  const overKeys = keeps('keyId') ? 0 : 4
  // Where keys are kept apart, so are their users.
  const overUsers = keeps('keyId') || keeps('userId') ? 0 : 2
  return sql`${matching(scope)} and summed_over = ${overKeys + overUsers + (keeps('model') ? 0 : 1)}`
}

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
