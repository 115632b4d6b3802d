// Requests as the ledger has them, newest first. Which half hours have any is known from the rollups: what is rare is found
// without a walk through all that is not.
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { halfHourOf } from '../ledger/index.ts'
import type { Range } from './range.ts'
import { halfHours, matching, quarters, queryOf, type Scope } from './sources.ts'

/** A request as it is known now: corrected where its truth came late. Money in whole micro-USD, null where it has no price. */
export type RequestRow = {
  id: string
  at: Date
  model: string
  purpose: string
  format: string
  keyId: string | null
  userId: string
  sessionId: string | null
  status: string
  errorCode: string | null
  streamed: boolean
  attempts: number
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  reasoningTokens: number
  estimated: boolean
  microusd: string | null
  latencyMs: number
  firstTokenMs: number | null
}

/** The request that the page goes on after. */
export type Place = { at: Date; id: string }

type Query = { scope: Scope; range: Range; after: Place | null; limit: number }

const dayMs = 86_400_000

/** At most `limit` requests, the newest first, from after a place on. */
export async function listRequests(
  db: Kysely<Tables>,
  { scope, range, after, limit }: Query,
): Promise<RequestRow[]> {
  const rows: RequestRow[] = []
  let to = after ? new Date(after.at.getTime() + 1) : range.to
  const yesterday = new Date(Math.max(range.from.getTime(), to.getTime() - dayMs))
  // Nearly always the last day has as many as are asked for.
  for (const from of [yesterday, range.from]) {
    while (rows.length < limit && to > from) {
      const room = limit - rows.length
      const halves = await busyHalfHours(db, { scope, range: { from, to } }, room)
      rows.push(...(await requestsIn(db, { scope, range, after, limit: room }, halves)))
      to = halves.at(-1) ?? from
    }
  }
  return rows
}

const slotsMax = 500

/** The half hours that have the newest `room` requests, the newest first. */
async function busyHalfHours(
  db: Kysely<Tables>,
  { scope, range }: { scope: Scope; range: Range },
  room: number,
): Promise<Date[]> {
  const query = await queryOf(db, scope, range)
  const { rows } = await sql<{ at: Date }>`
    with cells as (
      select slot_at as at, requests from ${halfHours(query, query.parts.closed)}
      union all
      select ${sql.raw(halfHourOf('bucket_at'))} as at, requests from ${quarters(query, query.parts.open)}
    ), halves as (select at, sum(requests) as requests from cells group by at),
    counted as (select at, sum(requests) over (order by at desc) - requests as newer from halves)
    select at from counted where newer < ${room} order by at desc limit ${slotsMax}`.execute(db)
  return rows.map(({ at }) => at)
}

async function requestsIn(
  db: Kysely<Tables>,
  { scope, range, after, limit }: Query,
  halves: readonly Date[],
): Promise<RequestRow[]> {
  const { statuses, keyId } = scope
  const ofStatus =
    statuses === null ? sql`true` : sql`coalesce(truth.status, r.status) = any(${statuses}::text[])`
  const ofNoKey = keyId === '' ? sql`r.key_id is null` : sql`true`
  const isAfter = after ? sql`(r.started_at, r.id) < (${after.at}, ${after.id})` : sql`true`
  const { rows } = await sql<RequestRow>`
    select found.* from unnest(${halves.map((at) => at.toISOString())}::timestamptz[]) as half(at)
    cross join lateral (
      select ${requestColumns} from ledger_requests r
      left join lateral (
        select * from ledger_requests t where t.started_at = r.started_at and t.id = r.id and t.correction = 1 limit 1
      ) truth on true
      where ${matching({ ...scope, statuses: null, keyId: keyId || null }, 'r')} and ${ofNoKey} and r.correction = 0
        and r.started_at >= greatest(half.at, ${range.from})
        and r.started_at < least(half.at + interval '30 minutes', ${range.to})
        and ${isAfter} and ${ofStatus}
      order by r.started_at desc, r.id desc limit ${limit}
    ) found
    order by at desc, id desc limit ${limit}`.execute(db)
  return rows
}

const corrected = (column: string): string => `r.${column} + coalesce(truth.${column}, 0)`
const number = (column: string): string => `(${corrected(column)})::float8`

const requestColumns: RawBuilder<unknown> = sql.raw(`
  r.id, r.started_at as at, r.model, r.purpose, r.dialect as format, r.key_id as "keyId", r.user_id as "userId",
  coalesce(truth.session_id, r.session_id) as "sessionId", coalesce(truth.status, r.status) as status,
  case when truth.id is null then r.error_code else truth.error_code end as "errorCode",
  r.streamed, coalesce(truth.attempts, r.attempts) as attempts, ${number('input_tokens')} as "inputTokens", ${number('cached_tokens')} as "cachedTokens",
  ${number('output_tokens')} as "outputTokens", ${number('reasoning_tokens')} as "reasoningTokens",
  coalesce(truth.estimated, r.estimated) as estimated,
  (${['input', 'cached', 'output'].map((line) => corrected(`${line}_microusd`)).join(' + ')})::text as microusd,
  ${corrected('latency_ms')} as "latencyMs", coalesce(truth.first_token_ms, r.first_token_ms) as "firstTokenMs"`)
