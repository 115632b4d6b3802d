import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>

/** What a key used on one UTC day. */
export type DayRow = {
  date: string
  requests: number
  input_tokens: number
  output_tokens: number
  /** Whole micro-USD, in digits. */
  microusd: string
  errors: number
  latency_ms_sum: number
}

const sum = (column: string): RawBuilder<number> => sql`coalesce(sum(${sql.ref(column)}), 0)::float8`
const date = sql<string>`to_char(bucket_at at time zone 'UTC', 'YYYY-MM-DD')`
const microusd = sql<string>`sum(input_microusd + cached_microusd + output_microusd)::text`
// Who left was served: that is no error.
const errors = sql<number>`coalesce(sum(requests) filter (where status not in ('ok', 'client_cancelled')), 0)::float8`

/** The days on which a key was used, newest first: those from `since` on, at most `limit`. */
export function selectDaysOfKey(
  db: Db,
  keyId: string,
  { since, limit }: { since?: Date; limit?: number },
): Promise<DayRow[]> {
  let query = db
    .selectFrom('usage_rollups')
    .where('key_id', '=', keyId)
    .select([
      date.as('date'),
      sum('requests').as('requests'),
      sum('input_tokens').as('input_tokens'),
      sum('output_tokens').as('output_tokens'),
      microusd.as('microusd'),
      errors.as('errors'),
      sum('latency_ms_sum').as('latency_ms_sum'),
    ])
    .groupBy(date)
    .orderBy('date', 'desc')
  if (since) query = query.where('bucket_at', '>=', since)
  if (limit !== undefined) query = query.limit(limit)
  return query.execute()
}

/** All tokens that a key ever used. */
export async function selectTokensOfKey(db: Db, keyId: string): Promise<number> {
  const row = await db
    .selectFrom('usage_rollups')
    .where('key_id', '=', keyId)
    .select([sum('input_tokens').as('input'), sum('output_tokens').as('output')])
    .executeTakeFirstOrThrow()
  return row.input + row.output
}
