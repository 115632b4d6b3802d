import type { ChatSession } from '@portal/contract'
import { type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Principal } from '../http/index.ts'

type Db = Kysely<Tables>
/** Whose a session is. */
export type Owner = Pick<Principal, 'userId' | 'organisationId'>
export type SessionRow = Selectable<Tables['chat_sessions']>

const sessions = (db: Db, { userId, organisationId }: Owner) =>
  db
    .selectFrom('chat_sessions')
    .selectAll()
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom('chat_generations')
          .select('chat_generations.id')
          .whereRef('chat_generations.session_id', '=', 'chat_sessions.id')
          .where('chat_generations.status', '=', 'running'),
      ).as('running'),
    )
    .where('user_id', '=', userId)
    .where('organisation_id', '=', organisationId)

type ListedRow = SessionRow & { running: unknown }

/** One of the owner's sessions, in the trash or not. */
export const findSession = (db: Db, owner: Owner, id: string): Promise<ListedRow | undefined> =>
  sessions(db, owner).where('id', '=', id).executeTakeFirst()

/** One of the owner's sessions that is not in the trash, held until the transaction ends. */
export const lockSession = (trx: Db, owner: Owner, id: string): Promise<SessionRow | undefined> =>
  trx
    .selectFrom('chat_sessions')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', owner.userId)
    .where('organisation_id', '=', owner.organisationId)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()

type Listing = {
  show: 'active' | 'archived' | 'trash'
  /** A session has all of them. */
  tags: readonly string[]
  /** The last row of the page before. */
  after: { pinned: boolean; usedAt: Date; id: string } | null
  limit: number
}

/** The owner's sessions, the one used last first; outside the trash those that are pinned before the others. */
export function listSessions(
  db: Db,
  owner: Owner,
  { show, tags, after, limit }: Listing,
): Promise<ListedRow[]> {
  const isTrash = show === 'trash'
  const pinned = sql<boolean>`(pinned and deleted_at is null)`
  let query = sessions(db, owner)
    .where('deleted_at', isTrash ? 'is not' : 'is', null)
    .orderBy(pinned, 'desc')
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (!isTrash) query = query.where('archived', '=', show === 'archived')
  if (tags.length > 0) query = query.where(sql<boolean>`tags @> ${tags}`)
  if (after) {
    const place = sql`(${after.pinned}::boolean, ${after.usedAt}, ${after.id})`
    query = query.where(sql<boolean>`(${pinned}, updated_at, id) < ${place}`)
  }
  return query.execute()
}

/** The tags of the owner's sessions that are not in the trash, in their order, with how many have each. */
export const listTags = (
  db: Db,
  { userId, organisationId }: Owner,
): Promise<{ tag: string; chats: number }[]> =>
  db
    .selectFrom(({ selectFrom }) =>
      selectFrom('chat_sessions')
        .select(sql<string>`unnest(tags)`.as('tag'))
        .where('user_id', '=', userId)
        .where('organisation_id', '=', organisationId)
        .where('deleted_at', 'is', null)
        .as('tagged'),
    )
    .select(['tag', sql<number>`count(*)::int`.as('chats')])
    .groupBy('tag')
    .orderBy('tag')
    .execute()

/** Those of the owner's sessions that have these ids, the one used last first. */
export const listSessionsById = (db: Db, owner: Owner, ids: string[]): Promise<ListedRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : sessions(db, owner).where('id', 'in', ids).orderBy('updated_at', 'desc').orderBy('id', 'desc').execute()

export const insertSession = (db: Db, row: SessionRow): Promise<unknown> =>
  db.insertInto('chat_sessions').values(row).execute()

/** Changes one of the owner's sessions; false where there is none. */
export async function updateSession(
  db: Db,
  { owner, id }: { owner: Owner; id: string },
  changes: Updateable<Tables['chat_sessions']>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('chat_sessions')
    .set(changes)
    .where('id', '=', id)
    .where('user_id', '=', owner.userId)
    .where('organisation_id', '=', owner.organisationId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Gives a title by a model, unless there is one already. */
export async function giveTitle(db: Db, id: string, title: string): Promise<void> {
  await db
    .updateTable('chat_sessions')
    .set({ title, titled_by: 'model' })
    .where('id', '=', id)
    .where('titled_by', '=', 'nobody')
    .execute()
}

/** Deletes a session for good, with all that is in it. */
export const deleteSession = (db: Db, id: string, trashedBefore: Date | null = null): Promise<void> =>
  db.transaction().execute(async (trx) => {
    // In the order in which an answer's end takes them: else each could wait for the other.
    await trx.selectFrom('chat_generations').select('id').where('session_id', '=', id).forUpdate().execute()
    await trx
      .deleteFrom('chat_sessions')
      .where('id', '=', id)
      .$if(trashedBefore !== null, (sessions) => sessions.where('deleted_at', '<', trashedBefore))
      .execute()
  })

/** Deletes what has been in the trash since before, one by one: each may be large. What was restored meanwhile stays. */
export async function emptyTrash(db: Db, before: Date): Promise<void> {
  const rows = await db.selectFrom('chat_sessions').select('id').where('deleted_at', '<', before).execute()
  for (const { id } of rows) await deleteSession(db, id, before)
}

/** A session as its owner sees it. */
export const sessionOf = (row: ListedRow): ChatSession => ({
  id: row.id,
  title: row.title,
  model: row.model,
  temperature: row.temperature,
  instructions: row.instructions,
  tags: row.tags,
  pinned: row.pinned,
  archived: row.archived,
  leafId: row.leaf_id,
  running: row.running === true,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  deletedAt: row.deleted_at?.toISOString() ?? null,
})
