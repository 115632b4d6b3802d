import type { FileKind, FileNote, StoredFile } from '@portal/contract'
import {
  type ExpressionBuilder,
  type Insertable,
  type Kysely,
  type Selectable,
  sql,
  type Updateable,
} from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Principal } from '../http/index.ts'

type Db = Kysely<Tables>
/** Whose a file is. */
export type Owner = Pick<Principal, 'userId' | 'organisationId'>
export type FileRow = Selectable<Tables['files']>

const own = (db: Db, { userId, organisationId }: Owner) =>
  db
    .selectFrom('files')
    .selectAll()
    .where('user_id', '=', userId)
    .where('organisation_id', '=', organisationId)

export const findOwnFile = (db: Db, owner: Owner, id: string): Promise<FileRow | undefined> =>
  own(db, owner).where('id', '=', id).executeTakeFirst()

/** Those of the owner's files that have these ids, held until the transaction ends. */
export const lockOwnFiles = (trx: Db, owner: Owner, ids: readonly string[]): Promise<FileRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : own(trx, owner).where('id', 'in', ids).orderBy('id').forUpdate().execute()

export const findFiles = (db: Db, ids: readonly string[]): Promise<FileRow[]> =>
  ids.length === 0 ? Promise.resolve([]) : db.selectFrom('files').selectAll().where('id', 'in', ids).execute()

type Listing = { before: string | undefined; search: string | undefined; limit: number }

/** The owner's files, the newest first. */
export function listOwnFiles(db: Db, owner: Owner, { before, search, limit }: Listing): Promise<FileRow[]> {
  let query = own(db, owner).orderBy('id', 'desc').limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  if (search !== undefined) {
    query = query.where(sql<boolean>`strpos(lower(name), ${search.toLowerCase()}) > 0`)
  }
  return query.execute()
}

export const insertFile = (db: Db, row: Insertable<Tables['files']>): Promise<unknown> =>
  db.insertInto('files').values(row).execute()

/** Changes a file; false where it is gone. */
export async function updateFile(db: Db, id: string, changes: Updateable<Tables['files']>): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('files')
    .set(changes)
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes one of the owner's files; false where there is none. */
export async function deleteOwnFile(db: Db, { userId, organisationId }: Owner, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('files')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/**
 * The turn in which a further file of somebody's is read: after those of theirs that wait, beside the first ones of
 * everybody else.
 */
export async function nextReadingTurn(db: Db, userId: string): Promise<number> {
  const { turn } = await db
    .selectFrom('files')
    .where('status', '=', 'reading')
    .select(
      sql<number>`coalesce(max(reading_turn) filter (where user_id = ${userId}) + 1, min(reading_turn), 0)`.as(
        'turn',
      ),
    )
    .executeTakeFirstOrThrow()
  return turn
}

/** Bytes that an organisation's files have. */
export async function bytesStored(db: Db, organisationId: string): Promise<number> {
  const { bytes } = await db
    .selectFrom('files')
    .select(sql<string>`coalesce(sum(bytes), 0)`.as('bytes'))
    .where('organisation_id', '=', organisationId)
    .executeTakeFirstOrThrow()
  return Number(bytes)
}

/** Says that messages name files. */
export const markNamed = (db: Db, ids: readonly string[], at: Date): Promise<unknown> =>
  db.updateTable('files').set({ named_at: at }).where('id', 'in', ids).execute()

/** Says of files that have been read for so long that nothing will come of it. */
export const giveUpReading = (db: Db, before: Date): Promise<unknown> =>
  db
    .updateTable('files')
    .set({ status: 'failed', note: 'took_too_long' })
    .where('status', '=', 'reading')
    .where('created_at', '<', before)
    .execute()

type Unnamed = { owner: Owner | null; before: Date }

/** Deletes files made for messages that none names any more, or that none has named since `before`. */
export const deleteUnnamed = (db: Db, { owner, before }: Unnamed): Promise<string[]> =>
  db.transaction().execute(async (trx) => {
    let query = trx
      .selectFrom('files')
      .select('id')
      .where('for_messages', '=', true)
      .where(({ or, eb }) => or([eb('named_at', 'is not', null), eb('created_at', '<', before)]))
      .where(isUnnamed)
      // One that a message is about to name is held by it.
      .forUpdate()
      .skipLocked()
    if (owner)
      query = query.where('user_id', '=', owner.userId).where('organisation_id', '=', owner.organisationId)
    const ids = (await query.execute()).map(({ id }) => id)
    if (ids.length === 0) return []
    // Looked at once more: a message may have named it before it was held.
    const gone = await trx
      .deleteFrom('files')
      .where('id', 'in', ids)
      .where(isUnnamed)
      .returning('id')
      .execute()
    return gone.map(({ id }) => id)
  })

const isUnnamed = ({ not, exists, selectFrom }: ExpressionBuilder<Tables, 'files'>) =>
  not(
    exists(
      selectFrom('message_attachments')
        .select('message_id')
        .whereRef('message_attachments.file_id', '=', 'files.id'),
    ),
  )

/** A file as its owner sees it. */
export const fileOf = (row: FileRow): StoredFile => ({
  id: row.id,
  name: row.name,
  type: row.media_type,
  size: Number(row.bytes),
  kind: row.kind satisfies FileKind,
  url: contentUrl(row.id),
  thumbnailUrl: row.has_thumbnail ? thumbnailUrl(row.id) : null,
  status: row.status,
  note: row.note as FileNote | null,
  pages: row.pages,
  durationMs: row.duration_ms,
  createdAt: row.created_at.toISOString(),
})

export const contentUrl = (id: string): string => `/api/files/${id}/content`
export const thumbnailUrl = (id: string): string => `/api/files/${id}/thumbnail`
