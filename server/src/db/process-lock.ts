import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { DatabaseLog } from './log.ts'
import { standConnected } from './standing-connection.ts'

/** Key of the session advisory lock, any number that nothing else here uses. */
const processLockKey = 7_301_001
/** A process that was just killed may linger in the server for a moment. */
const patienceMs = 3_000

/** Proof that this is the only portal process on its database. */
export interface ProcessLock {
  release(): Promise<void>
  /** Calls `fn` once when, after an interruption of the database, another process holds the lock. */
  onLost(fn: () => void): void
}

class LockHeldError extends Error {}

/**
 * Claims the database for this process until `release`; claims it again by itself after the database restarted.
 * @throws when another process holds it for more than three seconds.
 */
export async function acquireProcessLock(
  clientConfig: pg.ClientConfig,
  log: DatabaseLog,
): Promise<ProcessLock> {
  const listeners: (() => void)[] = []
  let lost = false
  const connection = await standConnected({
    clientConfig,
    log,
    name: 'process lock',
    onConnect: (client) =>
      claim(client).catch((error) => {
        if (error instanceof LockHeldError && !lost && listeners.length > 0) {
          lost = true
          for (const listener of listeners) listener()
        }
        throw error
      }),
  })
  return {
    release: () => connection.close(),
    onLost: (fn) => void listeners.push(fn),
  }
}

async function claim(client: pg.Client): Promise<void> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const { rows } = await client.query<{ claimed: boolean }>('select pg_try_advisory_lock($1) as claimed', [
      processLockKey,
    ])
    if (rows[0]?.claimed) return
    if (Date.now() > deadline) {
      throw new LockHeldError(
        'Another portal process already uses this database. Stop it first, or give this one a DATA_DIR or DATABASE_URL of its own.',
      )
    }
    await sleep(100)
  }
}
