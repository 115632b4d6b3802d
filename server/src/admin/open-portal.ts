import { type Accounts, createAccounts } from '../accounts/index.ts'
import { makeDefaultAlert } from '../alerts/index.ts'
import type { Config } from '../config.ts'
import { migrate, openDatabase } from '../db/index.ts'
import { createEvents } from '../events/index.ts'
import { createJobSender } from '../jobs/index.ts'
import { createKeys, type Keys } from '../keys/index.ts'
import { createLog } from '../log/index.ts'
import { createMailWriter } from '../mail/index.ts'
import { configuredUrl } from '../public-url.ts'
import { createEndAll } from '../sessions/index.ts'
import { createRecovery, type Recovery } from '../sign-in/index.ts'
import { createUsage } from '../usage/index.ts'

/** The parts of the portal that operators' commands work on, on the database the server uses too. */
export type AdminPortal = {
  accounts: Accounts
  keys: Keys
  recovery: Recovery
  /** Where people reach the portal, without a slash at its end. */
  publicUrl: string
  /** The migrations that were applied just now. */
  migrated: string[]
  /** Also ends the embedded database, unless the server or another command is at it. */
  close: () => Promise<void>
}

/** Opens the configured database, started for the purpose if need be, and brings its schema up to date. */
export async function openPortal(config: Config): Promise<AdminPortal> {
  const log = createLog('silent')
  const { databaseUrl, dataDir, defaultPlan } = config
  const database = await openDatabase({ url: databaseUrl ?? undefined, dataDir, log, poolMax: 2 })
  try {
    const { db, clientConfig } = database
    const migrated = await migrate(clientConfig)
    // Only publishes: a command caches nothing, so it has nothing to listen for.
    const events = createEvents({ clientConfig, log })
    const now = Date.now
    const jobs = createJobSender({ clientConfig, events, log })
    const publicUrl = configuredUrl(config)
    const mail = createMailWriter({ jobs, publicUrl: () => publicUrl })
    return {
      accounts: createAccounts({ db, events, defaultPlan, furnish: makeDefaultAlert, now }),
      keys: createKeys({ db, events, usage: createUsage(db), now }),
      recovery: createRecovery({ db, sessions: { endAll: createEndAll({ events, now }) }, mail, now }),
      publicUrl,
      migrated,
      async close() {
        await jobs.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
