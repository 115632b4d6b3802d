import type { IncomingMessage } from 'node:http'
import { newId, type StoredFile } from '@portal/contract'
import type { Kysely } from 'kysely'
import { lockEntitlements } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { createPlaces } from '../http/index.ts'
import type { FilesDeps } from './deps.ts'
import type { Owner } from './file-store.ts'
import * as store from './file-store.ts'
import { abandonObjects, announceObject, contentKey, ownObject } from './objects.ts'
import type { FileReading } from './reading.ts'
import { discard, type Received, receiveFiles } from './receiving.ts'
import { type FileType, recogniseFile } from './types.ts'

/**
 * Stores the files of a form, all or none.
 * @throws AppError rate_limit_exceeded, plan_limit_reached, switched_off for videos; what `receiveFiles` and `recogniseFile` throw
 */
export type Upload = (
  owner: Owner,
  req: IncomingMessage,
  options: { filesMax: number; forMessages: boolean },
) => Promise<StoredFile[]>

type Made = Received & { id: string; type: FileType }

/** Builds it. */
export function createUpload(
  { db, objects, directory, log, requireFeature, now }: FilesDeps,
  reading: FileReading,
): Upload {
  const enter = createPlaces(uploadsMax, tooManyAtOnce)

  /** In one transaction with what the plan allows: a file is there when there is room for it, and read when it is there. */
  const insert = (owner: Owner, made: readonly Made[], forMessages: boolean): Promise<void> =>
    db.transaction().execute(async (trx) => {
      await requireRoom(trx, owner, made)
      for (const { id, name, bytes, type } of made) {
        const turn = await store.nextReadingTurn(trx, owner.userId)
        await store.insertFile(trx, {
          ...{ id, name, bytes: BigInt(bytes), media_type: type.mediaType, kind: type.kind },
          ...{ organisation_id: owner.organisationId, user_id: owner.userId, for_messages: forMessages },
          ...{ status: 'reading', reading_turn: turn, created_at: new Date(now()) },
        })
        await ownObject(trx, id)
        await reading.enqueue(trx, { id, turn })
      }
    })

  async function keep(owner: Owner, received: readonly Received[], forMessages: boolean): Promise<string[]> {
    const made = await Promise.all(
      received.map(async (file) => ({ ...file, id: newId('file', now()), type: await recogniseFile(file) })),
    )
    if (made.some(({ type }) => type.kind === 'video')) await requireFeature('videos')
    // What is too much is not stored at all; for what arrives at the same time `insert` looks again.
    await db.transaction().execute((trx) => requireRoom(trx, owner, made))
    const ids = made.map(({ id }) => id)
    try {
      for (const { id, path } of made) {
        await announceObject(db, id)
        await objects.put(contentKey(id), path)
      }
      await insert(owner, made, forMessages)
      return ids
    } catch (error) {
      await abandonObjects(db, objects, ids).catch((err) =>
        log.warn({ err }, 'what an upload stored is deleted later'),
      )
      throw error
    }
  }

  return async (owner, req, { filesMax, forMessages }) => {
    const leave = enter(owner.userId)
    try {
      const received = await receiveFiles(req, { directory, filesMax })
      try {
        const ids = await keep(owner, received, forMessages)
        const rows = await store.findFiles(db, ids)
        return ids.flatMap((id) => rows.filter((row) => row.id === id).map(store.fileOf))
      } finally {
        await discard(received)
      }
    } finally {
      leave()
    }
  }
}

/** How many uploads of one person may be under way. */
const uploadsMax = 10

const tooManyAtOnce = (): AppError =>
  new AppError('rate_limit_exceeded', {
    message: `${uploadsMax} uploads of yours are under way. Wait for one to end.`,
    headers: { 'retry-after': '2', connection: 'close' },
  })

/** Under a lock, so that two uploads do not both take the last place. @throws AppError plan_limit_reached */
async function requireRoom(
  trx: Kysely<Tables>,
  { organisationId }: Owner,
  made: readonly { bytes: number }[],
): Promise<void> {
  const { storageBytesMax, tier } = await lockEntitlements(trx, organisationId)
  if (storageBytesMax === null) return
  const stored = await store.bytesStored(trx, organisationId)
  const wanted = made.reduce((sum, { bytes }) => sum + bytes, 0)
  if (stored + wanted <= storageBytesMax) return
  throw new AppError('plan_limit_reached', {
    message: `Your organisation may store ${Number((storageBytesMax / 1024 ** 3).toPrecision(3))} GB of files, and this would be more. Delete files that are no longer needed, or ask whoever runs the portal for more.`,
    meta: { limitBytes: storageBytesMax, usedBytes: stored, plan: tier },
  })
}
