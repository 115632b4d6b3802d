import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Range } from './range.ts'
import type { Scope } from './sources.ts'

type Rated = { date: string; model: string; up: number; down: number }
type Query = { scope: Scope; range: Range; timezone: string }

/** How many answers were rated up and down, by the day of the answer and its model; neither texts nor reasons. */
export async function countRatings(
  db: Kysely<Tables>,
  { scope: { organisationId, userId, model }, range: { from, to }, timezone }: Query,
): Promise<Rated[]> {
  const { rows } = await sql<Rated>`
    select to_char(message.created_at at time zone ${timezone}, 'YYYY-MM-DD') as date, message.model,
      (count(*) filter (where rating > 0))::int as up, (count(*) filter (where rating < 0))::int as down
    from chat_messages message join chat_sessions session on session.id = message.session_id
    where rating <> 0 and message.model is not null and message.created_at >= ${from} and message.created_at < ${to}
      and organisation_id = ${organisationId} and (${userId}::text is null or user_id = ${userId})
      and (${model}::text is null or message.model = ${model})
    group by 1, 2 order by 1, 2`.execute(db)
  return rows
}
