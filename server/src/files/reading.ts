// Reads files after they were stored: what they say, and how they look. Each is a job of the transaction that made the file.
import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileNote } from '@portal/contract'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../db/index.ts'
import type { Reading } from '../documents/index.ts'
import { defineQueue } from '../jobs/index.ts'
import type { FilesDeps } from './deps.ts'
import { type FileRow, findFiles, updateFile } from './file-store.ts'
import { contentKey, deleteObjects, thumbnailKey } from './objects.ts'
import type { Readers } from './readers.ts'

/** The reading of files. */
export type FileReading = {
  /** Has a file read once the transaction commits, after those of lower turns. */
  enqueue: (trx: Kysely<Tables>, file: { id: string; turn: number }) => Promise<void>
}

/** Builds it, and takes on its jobs. */
export function createFileReading(deps: FilesDeps, readers: Readers): FileReading {
  const { db, objects, jobs } = deps
  const queue = defineQueue({
    name: 'file-reading',
    payload: z.object({ fileId: z.string() }),
    timeoutSeconds: 180,
    // A picture waits for no document.
    parallelMax: readers.documents.atOnceMax + 1,
    singly: true,
  })
  jobs.work(queue, async ({ fileId }, { number }) => {
    const [file] = await findFiles(db, [fileId])
    // A try before this one may have died when it had just stored the picture of a file that was deleted meanwhile.
    if (!file) await deleteObjects(db, objects, [fileId])
    if (file?.status !== 'reading') return
    try {
      await readFile(deps, readers, file)
    } catch (error) {
      // After the last try nobody reads it any more: whoever asks about it need not wait.
      if (number >= queue.triesMax) await updateFile(db, fileId, { status: 'failed', note: 'took_too_long' })
      throw error
    }
  })
  return {
    enqueue: (trx, { id, turn }) => jobs.enqueue(trx, queue, { payload: { fileId: id }, priority: -turn }),
  }
}

type Look = Partial<Pick<FileRow, 'pages' | 'duration_ms' | 'has_thumbnail'>> & {
  isRead: boolean
  note: FileNote | null
  passages: Reading['passages']
}

async function readFile(deps: FilesDeps, readers: Readers, file: FileRow): Promise<void> {
  const copy = await deps.objects.localCopy(contentKey(file.id))
  if (!copy) {
    await updateFile(deps.db, file.id, { status: 'failed', note: 'damaged' })
    return
  }
  try {
    const { passages, isRead, ...look } = await lookAt(deps, { readers, file, path: copy.path })
    const isThere = await deps.db.transaction().execute(async (trx) => {
      const isUpdated = await updateFile(trx, file.id, { ...look, status: isRead ? 'ready' : 'failed' })
      if (isUpdated) await insertPassages(trx, file.id, passages)
      return isUpdated
    })
    // Its picture may have been stored after its deletion deleted what there was.
    if (!isThere) await deleteObjects(deps.db, deps.objects, [file.id])
  } finally {
    await copy.release()
  }
}

type Open = { readers: Readers; file: FileRow; path: string }

function lookAt(deps: FilesDeps, open: Open): Promise<Look> {
  if (open.file.kind === 'image') return lookAtPicture(deps, open)
  return open.file.kind === 'video' ? lookAtVideo(deps, open) : readDocument(open)
}

async function lookAtPicture(deps: FilesDeps, { readers, file, path }: Open): Promise<Look> {
  const drawn = await readers.pictures.thumbnail(path)
  if ('failure' in drawn) return { isRead: false, note: drawn.failure, passages: [] }
  await keepThumbnail(deps, file.id, drawn.data)
  return { isRead: true, has_thumbnail: true, note: null, passages: [] }
}

async function lookAtVideo(deps: FilesDeps, { readers, file, path }: Open): Promise<Look> {
  const [still] = (await readers.videos.stillsOf(path, 1)) ?? []
  if (!still) return { isRead: true, note: 'by_name_only', passages: [] }
  const picture = join(deps.directory, randomUUID())
  await writeFile(picture, still.data, { mode: 0o600 })
  try {
    const look = await lookAtPicture(deps, { readers, file, path: picture })
    const video = await readers.videos.probeVideo(path)
    return { ...look, isRead: true, duration_ms: video?.durationMs ?? null }
  } finally {
    await rm(picture, { force: true })
  }
}

async function readDocument({ readers, file, path }: Open): Promise<Look> {
  const read = await readers.documents.read(path, { mediaType: file.media_type, kind: file.kind })
  if ('failure' in read) return { isRead: false, note: read.failure, passages: [] }
  const note = read.note ?? (read.isTruncated ? 'truncated' : null)
  return { isRead: true, pages: read.pages, note, passages: read.passages }
}

async function keepThumbnail(
  { objects, directory }: FilesDeps,
  fileId: string,
  picture: Buffer,
): Promise<void> {
  const path = join(directory, randomUUID())
  await writeFile(path, picture, { mode: 0o600 })
  await objects.put(thumbnailKey(fileId), path)
}

/** As many as one statement takes well. */
const rowsMax = 500

async function insertPassages(
  trx: Kysely<Tables>,
  fileId: string,
  passages: Reading['passages'],
): Promise<void> {
  await trx.deleteFrom('file_passages').where('file_id', '=', fileId).execute()
  for (let first = 0; first < passages.length; first += rowsMax) {
    const rows = passages.slice(first, first + rowsMax).map(({ place, text }, i) => ({
      ...{ file_id: fileId, position: first + i, place, content: text },
    }))
    await trx.insertInto('file_passages').values(rows).execute()
  }
}
