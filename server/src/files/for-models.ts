// What models are shown of files: pictures made to their measure, and stills of videos.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Tables } from '../db/index.ts'
import type { FilesDeps } from './deps.ts'
import { type FileRow, findFiles } from './file-store.ts'
import { contentKey } from './objects.ts'
import type { Readers } from './readers.ts'

/** A picture as a model takes it; `atMs` is where in its video it stands. */
export type Picture = { mediaType: string; data: Buffer; atMs: number | null }

export type ForModels = {
  /**
   * Files as soon as they were read, or after half a minute as they are; what is gone is left out.
   * @throws AbortError once the signal is aborted
   */
  whenRead: (ids: readonly string[], signal: AbortSignal) => Promise<FileRow[]>
  /** What of a file can be seen; nothing where there is nothing to see. */
  picturesOf: (file: FileRow) => Promise<Picture[]>
}

const patienceMs = 30_000
const lookEveryMs = 150
const stillsMax = 6
const cacheBytes = 64 * 1024 * 1024

/** Builds it; what was made last is kept, as every further question of a chat shows the same. */
export function createForModels({ db, objects, log }: FilesDeps, { pictures, videos }: Readers): ForModels {
  const made = new LRUCache<string, Picture[]>({
    maxSize: cacheBytes,
    sizeCalculation: (pictures) => pictures.reduce((sum, { data }) => sum + data.length, 1),
  })

  async function make(file: FileRow): Promise<Picture[]> {
    const copy = await objects.localCopy(contentKey(file.id))
    if (!copy) return []
    try {
      if (file.kind === 'video') {
        const stills = await videos.stillsOf(copy.path, stillsMax)
        return (stills ?? []).map(({ atMs, data }) => ({ atMs, data, mediaType: 'image/jpeg' }))
      }
      const drawn = await pictures.pictureForModel(copy.path)
      return 'failure' in drawn ? [] : [{ ...drawn, atMs: null }]
    } finally {
      await copy.release()
    }
  }

  return {
    whenRead: (ids, signal) => whenRead(db, ids, signal),
    async picturesOf(file) {
      if (file.status !== 'ready' || (file.kind !== 'image' && file.kind !== 'video')) return []
      const known = made.get(file.id)
      if (known) return known
      try {
        const pictures = await make(file)
        made.set(file.id, pictures)
        return pictures
      } catch (err) {
        log.warn({ err, fileId: file.id }, 'a file could not be made into pictures')
        return []
      }
    },
  }
}

/** What is not read by then has its reader dead: it is waited for no more. */
const readingMsMax = 10 * 60_000
const isAwaited = ({ status, created_at }: FileRow): boolean =>
  status === 'reading' && created_at.getTime() > Date.now() - readingMsMax

async function whenRead(db: Kysely<Tables>, ids: readonly string[], signal: AbortSignal): Promise<FileRow[]> {
  const until = Date.now() + patienceMs
  for (;;) {
    const files = await findFiles(db, ids)
    if (Date.now() > until || !files.some(isAwaited)) return files
    await sleep(lookEveryMs, undefined, { signal })
  }
}
