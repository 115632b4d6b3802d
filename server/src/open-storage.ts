import type { Config } from './config.ts'
import { acquireProcessLock, type Database, migrate, openDatabase, type ProcessLock } from './db/index.ts'
import { createEvents, type Events } from './events/index.ts'
import type { Log } from './log/index.ts'

/** The database of one process, and what happens on it. */
export type Storage = Pick<Database, 'db' | 'pool' | 'clientConfig'> & {
  events: Events
  /** Rejects when, after an outage, another process has claimed the database. */
  lost: Promise<never>
  close(): Promise<void>
}

/**
 * Opens the database, claims it for this process, migrates it, and listens to its events.
 * @throws with a sentence where another process has it
 */
export async function openStorage(config: Config, log: Log): Promise<Storage> {
  const database = await openDatabase({ url: config.databaseUrl ?? undefined, dataDir: config.dataDir, log })
  const opened: { close(): Promise<void> }[] = []
  const close = async () => {
    await Promise.all(opened.map((each) => each.close()))
    await database.close()
  }
  try {
    // One process on a database until there is Redis: its limits are in memory.
    const lock = await acquireProcessLock(database.clientConfig, log)
    opened.push({ close: () => lock.release() })
    await migrate(database.clientConfig)
    const events = createEvents({ clientConfig: database.clientConfig, log })
    await events.start()
    opened.push(events)
    const { db, pool, clientConfig } = database
    return { db, pool, clientConfig, events, lost: untilLost(lock), close }
  } catch (error) {
    await close()
    throw error
  }
}

function untilLost(lock: ProcessLock): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {}) // whoever does not ask need not know
  lock.onLost(() => reject(new Error('Another portal process has taken over this database.')))
  return promise
}
