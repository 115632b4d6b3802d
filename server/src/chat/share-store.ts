import { SharedMessage } from '@portal/contract'
import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Owner } from './session-store.ts'

type Db = Kysely<Tables>
export type ShareRow = Selectable<Tables['chat_shares']>

/** Snapshots of chats that are not in the trash. */
const shares = (db: Db) =>
  db
    .selectFrom('chat_shares')
    .innerJoin('chat_sessions', 'chat_sessions.id', 'chat_shares.session_id')
    .selectAll('chat_shares')
    .where('chat_sessions.deleted_at', 'is', null)

export const insertShare = (db: Db, row: Insertable<Tables['chat_shares']>): Promise<unknown> =>
  db.insertInto('chat_shares').values(row).execute()

/** The owner's, the newest first. */
export const listOwnShares = (db: Db, { userId, organisationId }: Owner): Promise<ShareRow[]> =>
  shares(db)
    .where('chat_sessions.user_id', '=', userId)
    .where('chat_sessions.organisation_id', '=', organisationId)
    .orderBy('chat_shares.id', 'desc')
    .execute()

export const findShareByToken = (db: Db, token: string): Promise<ShareRow | undefined> =>
  shares(db).where('token', '=', token).executeTakeFirst()

/** Deletes one of the owner's; false where there is none. */
export async function deleteOwnShare(
  db: Db,
  { userId, organisationId }: Owner,
  id: string,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('chat_shares')
    .using('chat_sessions')
    .whereRef('chat_sessions.id', '=', 'chat_shares.session_id')
    .where('chat_sessions.user_id', '=', userId)
    .where('chat_sessions.organisation_id', '=', organisationId)
    .where('chat_shares.id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** The messages of a snapshot. */
export const sharedMessagesOf = ({ messages }: ShareRow): SharedMessage[] =>
  SharedMessage.array().parse(messages)
