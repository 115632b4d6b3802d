// The bytes behind files. An object is written down before it is stored, and disowned with its file: what no file owns is
// deleted sooner or later, whatever died in between.
import { isId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { ObjectStore } from '../storage/index.ts'

export const contentKey = (fileId: string): string => `files/${fileId}`
export const thumbnailKey = (fileId: string): string => `thumbnails/${fileId}`

/** Whether it is a key of those. */
export const isObjectKey = (key: string): boolean => {
  const id = key.slice(key.indexOf('/') + 1)
  return isId('file', id) && [contentKey(id), thumbnailKey(id)].includes(key)
}

const hourMs = 3_600_000

/** Says that an object is about to be stored, which is deleted again unless its file is there within the hour. */
export const announceObject = (db: Kysely<Tables>, fileId: string): Promise<unknown> =>
  db
    .insertInto('unowned_objects')
    .values({ file_id: fileId, delete_after: new Date(Date.now() + hourMs) })
    .execute()

/** Says that it belongs to a file, in the transaction that makes it. */
export const ownObject = (trx: Kysely<Tables>, fileId: string): Promise<unknown> =>
  trx.deleteFrom('unowned_objects').where('file_id', '=', fileId).execute()

/** Says that their files will not be, and deletes their objects; those of files that are there all the same stay. */
export async function abandonObjects(
  db: Kysely<Tables>,
  objects: ObjectStore,
  fileIds: readonly string[],
): Promise<void> {
  const unowned = await db
    .updateTable('unowned_objects')
    .set({ delete_after: new Date() })
    .where('file_id', 'in', fileIds)
    .returning('file_id')
    .execute()
  await deleteObjects(
    db,
    objects,
    unowned.map(({ file_id }) => file_id),
  )
}

/** Deletes the objects of files that are gone. What cannot be deleted now is tried again next time. */
export async function deleteUnowned(db: Kysely<Tables>, objects: ObjectStore): Promise<void> {
  const unowned = await db
    .selectFrom('unowned_objects')
    .select('file_id')
    .where('delete_after', '<=', new Date())
    .execute()
  await deleteObjects(
    db,
    objects,
    unowned.map(({ file_id }) => file_id),
  )
}

/** Deletes the objects of these files, which are gone. */
export async function deleteObjects(
  db: Kysely<Tables>,
  objects: ObjectStore,
  fileIds: readonly string[],
): Promise<void> {
  for (const id of fileIds) {
    await Promise.all([objects.delete(contentKey(id)), objects.delete(thumbnailKey(id))])
    await ownObject(db, id)
  }
}
