import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import { entitlementColumns } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
/** A session as stored. */
export type SessionRow = Selectable<Tables['sessions']>

/** Makes a session. */
export async function insertSession(db: Db, session: Insertable<Tables['sessions']>): Promise<void> {
  await db.insertInto('sessions').values(session).execute()
}

/**
 * A session with whom it stands for and what they may do there; none of somebody who is suspended. One that is in an
 * administrator's hands lives no longer than what they came with.
 */
export const findSession = (db: Db, id: string) =>
  db
    .selectFrom('sessions')
    .leftJoin('impersonations', 'impersonations.session_id', 'sessions.id')
    .leftJoin('sessions as theirs', 'theirs.id', 'impersonations.administrator_session_id')
    .leftJoin('users as administrators', 'administrators.id', 'theirs.user_id')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .innerJoin('organisations', 'organisations.id', 'sessions.organisation_id')
    .innerJoin('plans', 'plans.id', 'organisations.plan_id')
    .innerJoin('members', (join) =>
      join
        .onRef('members.user_id', '=', 'sessions.user_id')
        .onRef('members.organisation_id', '=', 'sessions.organisation_id'),
    )
    .selectAll('sessions')
    .select([
      'users.role as user_role',
      'members.role as member_role',
      'organisations.name as organisation_name',
      'impersonations.administrator_id as impersonator_id',
      'administrators.name as impersonator_name',
    ])
    .select(entitlementColumns)
    .where('sessions.id', '=', id)
    .where('users.suspended_at', 'is', null)
    .where(({ or, and, eb }) =>
      or([
        eb('impersonations.session_id', 'is', null),
        and([
          eb('administrators.role', '=', 'admin'),
          eb('administrators.suspended_at', 'is', null),
          eb('users.role', '=', 'user'),
        ]),
      ]),
    )
    .executeTakeFirst()

/** False where it has ended meanwhile. */
export async function renewSession(
  db: Db,
  { id, ...seen }: Pick<SessionRow, 'id' | 'last_seen_at' | 'expires_at' | 'ip_address' | 'user_agent'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set(seen)
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Makes one of the user's sessions act for another organisation. */
export async function setOrganisation(
  db: Db,
  { id, userId, organisationId }: { id: string; userId: string; organisationId: string },
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ organisation_id: organisationId })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .execute()
}

/** Makes those of the user's sessions that act for one organisation act for another. */
export async function moveSessions(
  db: Db,
  { userId, from, to }: { userId: string; from: string; to: string },
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ organisation_id: to })
    .where('user_id', '=', userId)
    .where('organisation_id', '=', from)
    .execute()
}

/** Somebody's sessions that have not run out, the last used first. */
export const listSessions = (db: Db, userId: string, at: Date): Promise<SessionRow[]> =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', at)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .execute()

/** Ends a session of the user's; false where there is none. */
export async function deleteSession(db: Db, userId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Ends somebody's sessions but the one excepted; which. */
export async function deleteSessions(db: Db, userId: string, exceptId: string | null): Promise<string[]> {
  const rows = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .$if(exceptId !== null, (query) => query.where('id', '<>', exceptId))
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Removes what has run out. */
export async function deleteExpired(db: Db, at: Date): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', at).execute()
}

/** By which way somebody came in, in a session that lives. */
export async function methodOf(db: Db, id: string): Promise<SessionRow['method']> {
  const { method } = await db
    .selectFrom('sessions')
    .select('method')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return method
}

/** Notes in whose hands a session is. */
export async function insertImpersonation(
  db: Db,
  impersonation: Insertable<Tables['impersonations']>,
): Promise<void> {
  await db.insertInto('impersonations').values(impersonation).execute()
}

/** Notes that it has ended; nothing where that was noted before, or there was none. */
export const endImpersonation = (db: Db, sessionId: string, at: Date) =>
  db
    .updateTable('impersonations')
    .set({ ended_at: at })
    .where('session_id', '=', sessionId)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst()

type Ended = { sessionIds: readonly string[]; personId: string | null; at: Date }

/** The same of those in the sessions or begun from them, and of those by or as a person. */
export const endImpersonations = (db: Db, { sessionIds, personId, at }: Ended) =>
  db
    .updateTable('impersonations')
    .set({ ended_at: at })
    .where('ended_at', 'is', null)
    .where(({ or, eb }) =>
      or([
        eb('session_id', '=', sql<string>`any(${sessionIds}::text[])`),
        eb('administrator_session_id', '=', sql<string>`any(${sessionIds}::text[])`),
        eb('administrator_id', '=', personId),
        eb('user_id', '=', personId),
      ]),
    )
    .returningAll()
    .execute()
