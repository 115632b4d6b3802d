import type { GenerationEvent, MessageStatus } from '@portal/contract'
import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import { DatabaseError } from 'pg'
import type { Tables } from '../db/index.ts'
import type { Owner } from './session-store.ts'

type Db = Kysely<Tables>
export type GenerationRow = Selectable<Tables['chat_generations']>

/** One event of an answer, with its number. The end is none: it is what the message says once it has ended. */
export type NumberedEvent = { seq: number; event: Exclude<GenerationEvent, { type: 'end' }> }

/** Whether one could not be inserted because its id is another's (PostgreSQL's unique_violation). */
export const isSecondOfItsId = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '23505' && error.constraint === 'chat_generations_pkey'

/** Inserts one that begins to run now. Who is alive is judged by the database's clock. */
export const insertGeneration = (
  db: Db,
  row: Omit<Insertable<Tables['chat_generations']>, 'heartbeat_at'>,
): Promise<unknown> =>
  db
    .insertInto('chat_generations')
    .values({ ...row, heartbeat_at: sql<Date>`clock_timestamp()` })
    .execute()

export const findGeneration = (db: Db, id: string): Promise<GenerationRow | undefined> =>
  db.selectFrom('chat_generations').selectAll().where('id', '=', id).executeTakeFirst()

/** A generation of one of the owner's sessions. */
export const findOwnGeneration = (
  db: Db,
  owner: Owner,
  { id, sessionId }: { id: string; sessionId: string },
): Promise<GenerationRow | undefined> =>
  db
    .selectFrom('chat_generations')
    .innerJoin('chat_sessions', 'chat_sessions.id', 'chat_generations.session_id')
    .selectAll('chat_generations')
    .where('chat_generations.id', '=', id)
    .where('chat_generations.session_id', '=', sessionId)
    .where('chat_sessions.user_id', '=', owner.userId)
    .where('chat_sessions.organisation_id', '=', owner.organisationId)
    .executeTakeFirst()

/** The ids of what runs in a session. */
export async function listRunning(db: Db, sessionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('chat_generations')
    .select('id')
    .where('session_id', '=', sessionId)
    .where('status', '=', 'running')
    .execute()
  return rows.map(({ id }) => id)
}

export async function insertEvents(db: Db, generationId: string, events: NumberedEvent[]): Promise<void> {
  await db
    .insertInto('chat_generation_events')
    .values(
      events.map(({ seq, event }) => ({
        generation_id: generationId,
        seq,
        event: JSON.stringify(event),
      })),
    )
    .execute()
}

/** The events after a number, at most so many. */
export async function listEvents(
  db: Db,
  generationId: string,
  { after, limit }: { after: number; limit: number },
): Promise<NumberedEvent[]> {
  const rows = await db
    .selectFrom('chat_generation_events')
    .select(['seq', 'event'])
    .where('generation_id', '=', generationId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows as NumberedEvent[]
}

/** Notes that an answer shall stop; the first to ask says how much was shown. False where it has ended, or was asked to. */
export async function askToStop(db: Db, id: string, shownCharacters: number | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('chat_generations')
    .set({ stop_asked_at: sql<Date>`clock_timestamp()`, shown_characters: shownCharacters })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .where('stop_asked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Notes the same of one that has just ended by itself: whoever stopped it did not see that yet. */
export const stopEnded = (trx: Db, id: string, shownCharacters: number): Promise<GenerationRow | undefined> =>
  trx
    .updateTable('chat_generations')
    .set({
      ...{ status: 'stopped', stop_asked_at: sql<Date>`clock_timestamp()` },
      shown_characters: shownCharacters,
    })
    .where('id', '=', id)
    .where('status', '<>', 'running')
    .where('stop_asked_at', 'is', null)
    .where('ended_at', '>', sql<Date>`clock_timestamp() - interval '1 minute'`)
    .returningAll()
    .executeTakeFirst()

/** Says that these still run; returns those that do, and whether they were asked to stop. */
export const beat = (db: Db, ids: string[]): Promise<{ id: string; isAskedToStop: boolean }[]> =>
  db
    .updateTable('chat_generations')
    .set({ heartbeat_at: sql<Date>`clock_timestamp()` })
    .where('id', 'in', ids)
    .where('status', '=', 'running')
    .returning(['id', sql<boolean>`stop_asked_at is not null`.as('isAskedToStop')])
    .execute()

/** Those that nobody has said to run for so many seconds. */
export async function listDead(db: Db, silenceSeconds: number): Promise<string[]> {
  const rows = await db
    .selectFrom('chat_generations')
    .select('id')
    .where('status', '=', 'running')
    .where('heartbeat_at', '<', sql<Date>`clock_timestamp() - make_interval(secs => ${silenceSeconds})`)
    .execute()
  return rows.map(({ id }) => id)
}

type Ended = Exclude<MessageStatus, 'running'>

/** Ends one that runs, as `stopped` where that was asked for; undefined where it has ended already. */
export const endGeneration = (db: Db, id: string, status: Ended): Promise<GenerationRow | undefined> =>
  db
    .updateTable('chat_generations')
    .set({
      status: sql<Ended>`case when stop_asked_at is null then ${status}::text else 'stopped' end`,
      ended_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .returningAll()
    .executeTakeFirst()

/** Everything that was said, put together. */
export async function readAnswer(
  db: Db,
  generationId: string,
): Promise<{ content: string; reasoning: string | null }> {
  const said = (type: 'text' | 'reasoning') =>
    sql<
      string | null
    >`string_agg(event ->> 'text', '' order by seq) filter (where event ->> 'type' = ${type})`
  const { content, reasoning } = await db
    .selectFrom('chat_generation_events')
    .where('generation_id', '=', generationId)
    .select([said('text').as('content'), said('reasoning').as('reasoning')])
    .executeTakeFirstOrThrow()
  return { content: content ?? '', reasoning }
}

/** Deletes the events of answers that ended before: their messages say all of it. */
export async function deleteEvents(db: Db, before: Date): Promise<void> {
  const old = await db
    .selectFrom('chat_generation_events as first')
    .innerJoin('chat_generations', 'chat_generations.id', 'first.generation_id')
    .where('first.seq', '=', 1)
    .where('chat_generations.ended_at', '<', before)
    .select('first.generation_id as id')
    .execute()
  const ids = old.map(({ id }) => id)
  // A few answers at a time: each has thousands.
  for (let first = 0; first < ids.length; first += answersAtOnce) {
    await db
      .deleteFrom('chat_generation_events')
      .where('generation_id', 'in', ids.slice(first, first + answersAtOnce))
      .execute()
  }
}

const answersAtOnce = 100
