import { SharedMessage } from '@portal/contract'
import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Owner } from './session-store.ts'

type Db = Kysely<Tables>
/** A link, without the snapshot that it leads to. */
export type ShareRow = Omit<Selectable<Tables['chat_shares']>, 'messages'>
type Snapshot = Selectable<Tables['chat_shares']>

/** Those of chats that are not in the trash. */
const shares = (db: Db) =>
  db
    .selectFrom('chat_shares')
    .innerJoin('chat_sessions', 'chat_sessions.id', 'chat_shares.session_id')
    .select([
      ...(['chat_shares.id', 'chat_shares.session_id', 'chat_shares.title', 'chat_shares.token'] as const),
      ...(['chat_shares.message_count', 'chat_shares.created_at'] as const),
    ])
    .where('chat_sessions.deleted_at', 'is', null)

/** How many links a chat has. */
export async function countShares(db: Db, sessionId: string): Promise<number> {
  const { count } = await db
    .selectFrom('chat_shares')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('session_id', '=', sessionId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export const insertShare = (db: Db, row: Insertable<Tables['chat_shares']>): Promise<unknown> =>
  db.insertInto('chat_shares').values(row).execute()

/** The owner's, the newest first. */
export const listOwnShares = (db: Db, { userId, organisationId }: Owner): Promise<ShareRow[]> =>
  shares(db)
    .where('chat_sessions.user_id', '=', userId)
    .where('chat_sessions.organisation_id', '=', organisationId)
    .orderBy('chat_shares.id', 'desc')
    .execute()

export const findShareByToken = (db: Db, token: string): Promise<Snapshot | undefined> =>
  shares(db).select('chat_shares.messages').where('token', '=', token).executeTakeFirst()

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
export const sharedMessagesOf = ({ messages }: Snapshot): SharedMessage[] =>
  SharedMessage.array().parse(messages)
