// When keys were last used. A use costs the request one entry in a map; what has gathered there is written every
// few seconds. A crash loses what was not written yet.
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { DatabaseLog } from '../db/index.ts'
import type { KeyRow } from './key.ts'
import { moveLastUses } from './store.ts'

const writeEveryMs = 10_000
/** How long one write may take, and how long the last ones may hold up the end. */
const patienceMs = 2_000

/** When keys were last used: known at once here, written down now and then. */
export type KeyUses = {
  /** Notes that a key was used at `atMs`, milliseconds since 1970. */
  note: (keyId: string, atMs: number) => void
  /** When a key was last used: as its row says, or as this process knows better. */
  lastUseOf: (key: Pick<KeyRow, 'id' | 'last_used_at'>) => Date | null
  /** From now on what was noted is written every ten seconds. */
  start: () => void
  /** Writes the rest; when the database does not take it within two seconds, it is lost. */
  close: () => Promise<void>
}

/** Builds the memory of one process; a write that fails is logged and made up for by the next. */
export function createKeyUses({ pool, log }: { pool: pg.Pool; log: DatabaseLog }): KeyUses {
  let unwritten = new Map<string, number>()
  // Kept until the next write: a row that was read just before this one does not show it.
  let justWritten: ReadonlyMap<string, number> = new Map()
  let writing = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  async function write(): Promise<void> {
    const uses = unwritten
    unwritten = new Map()
    justWritten = uses
    if (uses.size === 0) return
    try {
      await moveLastUses(pool, uses, patienceMs)
    } catch (err) {
      unwritten = new Map([...uses, ...unwritten])
      log.warn({ err }, 'when keys were last used is written later')
    }
  }
  const writeNext = (): Promise<void> => {
    writing = writing.then(write)
    return writing
  }

  return {
    note: (keyId, atMs) => void unwritten.set(keyId, atMs),
    lastUseOf({ id, last_used_at }) {
      const hereMs = unwritten.get(id) ?? justWritten.get(id) ?? 0
      return hereMs > (last_used_at?.getTime() ?? 0) ? new Date(hereMs) : last_used_at
    },
    start() {
      timer = setInterval(writeNext, writeEveryMs).unref()
    },
    async close() {
      clearInterval(timer)
      await Promise.race([writeNext(), sleep(patienceMs, undefined, { ref: false })])
    },
  }
}
