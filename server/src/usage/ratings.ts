import type { RatingsDay } from '@portal/contract'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Range, Slot } from './range.ts'
import { slotOf } from './slot-cells.ts'
import type { Scope } from './sources.ts'

type Query = { scope: Scope; range: Range; slots: readonly Slot[] }

/** How many answers were rated up and down, by the slot of the answer and its model; neither texts nor reasons. */
export async function countRatings(
  db: Kysely<Tables>,
  { scope: { organisationId, userId, model }, range: { from, to }, slots }: Query,
): Promise<RatingsDay[]> {
  const { rows } = await sql<Omit<RatingsDay, 'date'> & { slot: number }>`
    select ${slotOf(slots)} as slot, model,
      (count(*) filter (where rating > 0))::int as up, (count(*) filter (where rating < 0))::int as down
    from (
      select message.created_at as at, message.model, rating
      from chat_messages message join chat_sessions session on session.id = message.session_id
      where rating <> 0 and message.model is not null and message.created_at >= ${from} and message.created_at < ${to}
        and organisation_id = ${organisationId} and (${userId}::text is null or user_id = ${userId})
        and (${model}::text is null or message.model = ${model})
    ) rated
    group by 1, 2 order by 1, 2`.execute(db)
  return rows.map(({ slot, ...counted }) => ({ date: slots[slot]?.date ?? '', ...counted }))
}
