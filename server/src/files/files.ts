import { isId, type StorageUse, type StoredFile } from '@portal/contract'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { type Principal, requireCursor } from '../http/index.ts'
import { defineQueue } from '../jobs/index.ts'
import type { FilesDeps } from './deps.ts'
import type { Owner } from './file-store.ts'
import * as store from './file-store.ts'
import { createForModels, type ForModels } from './for-models.ts'
import { contentKey, deleteObjects, deleteUnowned, thumbnailKey } from './objects.ts'
import { createPassages, type Passages } from './passages.ts'
import { createReaders } from './readers.ts'
import { createFileReading } from './reading.ts'
import { type Asked, serve } from './serving.ts'
import { createUpload, type Upload } from './uploads.ts'

/** People's files. */
export type Files = {
  upload: Upload
  list: (principal: Principal, page: Page) => Promise<FilePage>
  /** @throws AppError not_found */
  get: (owner: Owner, id: string) => Promise<StoredFile>
  /** @throws AppError not_found */
  content: (owner: Owner, id: string, asked: Asked) => Promise<Response>
  /** @throws AppError not_found */
  thumbnail: (owner: Owner, id: string, asked: Asked) => Promise<Response>
  /** @throws AppError not_found */
  remove: (owner: Owner, id: string) => Promise<void>
  /** For a message: those of the owner's files that have these ids. @throws AppError not_found */
  claim: (trx: Kysely<Tables>, owner: Owner, ids: readonly string[]) => Promise<store.FileRow[]>
  forModels: ForModels
  passages: Passages
  /** Deletes what of an owner's belonged to messages that are gone. */
  deleteUnnamed: (owner: Owner) => Promise<void>
  /** The same of everybody, and gives up on what could not be read; done every night. */
  cleanUp: () => Promise<void>
  close: () => Promise<void>
}

type Page = { limit: number; cursor?: string | undefined; search?: string | undefined }
type FilePage = { data: StoredFile[]; nextCursor: string | null; storage: StorageUse }

const dayMs = 86_400_000
const sweepQueue = defineQueue({ name: 'file-clean-up', payload: z.object({}) })

/** Builds them. */
export function createFiles(deps: FilesDeps): Files {
  const { db, objects, jobs, log, now } = deps
  const readers = createReaders(deps)
  const reading = createFileReading(deps, readers)

  async function requireOwn(owner: Owner, id: string): Promise<store.FileRow> {
    const row = isId('file', id) && (await store.findOwnFile(db, owner, id))
    if (!row) throw noSuchFile()
    return row
  }

  async function cleanUp(): Promise<void> {
    await store.deleteUnnamed(db, { owner: null, before: new Date(now() - dayMs) })
    await deleteUnowned(db, objects)
    await store.giveUpReading(db, new Date(now() - dayMs))
  }
  /** At once where that can be; else with the next clean-up. */
  const removeObjects = (ids: readonly string[]): Promise<void> =>
    deleteObjects(db, objects, ids).catch((err) =>
      log.warn({ err }, 'files are deleted from the storage later'),
    )

  jobs.work(sweepQueue, cleanUp)
  jobs.everyDay(sweepQueue, { time: '03:40', payload: {} })

  return {
    upload: createUpload(deps, reading),
    list: (principal, page) => listPage(db, principal, page),
    get: async (owner, id) => store.fileOf(await requireOwn(owner, id)),
    async content(owner, id, asked) {
      const { name, media_type, bytes } = await requireOwn(owner, id)
      const served = { key: contentKey(id), name, mediaType: media_type, size: Number(bytes) }
      return serve(objects, served, asked)
    },
    async thumbnail(owner, id, asked) {
      const { has_thumbnail } = await requireOwn(owner, id)
      if (!has_thumbnail) throw new AppError('not_found', { message: 'There is no picture of this file.' })
      const served = { key: thumbnailKey(id), name: `${id}.webp`, mediaType: 'image/webp', size: null }
      return serve(objects, served, asked)
    },
    async remove(owner, id) {
      const isGone = isId('file', id) && (await store.deleteOwnFile(db, owner, id))
      if (!isGone) throw noSuchFile()
      await removeObjects([id])
    },
    async claim(trx, owner, ids) {
      const rows = await store.lockOwnFiles(trx, owner, ids)
      if (rows.length < new Set(ids).size) throw noSuchFile()
      if (rows.length > 0) await store.markNamed(trx, ids, new Date(now()))
      return ids.flatMap((id) => rows.filter((row) => row.id === id))
    },
    forModels: createForModels(deps, readers),
    passages: createPassages(db),
    async deleteUnnamed(owner) {
      await removeObjects(await store.deleteUnnamed(db, { owner, before: new Date(now() - dayMs) }))
    },
    cleanUp,
    close: readers.close,
  }
}

const noSuchFile = (): AppError => new AppError('not_found', { message: 'There is no such file.' })

async function listPage(
  db: Kysely<Tables>,
  principal: Principal,
  { limit, cursor, search }: Page,
): Promise<FilePage> {
  requireCursor('file', cursor)
  const rows = await store.listOwnFiles(db, principal, { before: cursor, search, limit: limit + 1 })
  const data = rows.slice(0, limit).map(store.fileOf)
  const usedBytes = await store.bytesStored(db, principal.organisationId)
  return {
    data,
    nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null,
    storage: { usedBytes, limitBytes: principal.entitlements.storageBytesMax },
  }
}
