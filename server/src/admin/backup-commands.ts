// These two open less than the others: what is backed up is not changed, and what is restored has no schema yet.
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { backUp, restore as restoreFrom } from '../backup/index.ts'
import type { Config } from '../config.ts'
import { acquireProcessLock, type Database, openDatabase } from '../db/index.ts'
import { createLog } from '../log/index.ts'
import { openObjects } from '../open-objects.ts'
import { findSecret, portalSecret } from '../secrets/index.ts'
import type { Command } from './commands.ts'

const log = createLog('silent')

const backupOptions = z.object({
  to: z.string().min(1).meta({ value: 'FOLDER', description: 'A folder that is not there yet.' }),
  'without-secret': z.boolean().optional().meta({
    description: 'Leave the portal’s secret out: restoring asks for it then.',
  }),
})

/** Backs up everything, also while the portal runs. */
export const backup: Command = {
  summary: 'Back up the database, the files and the secret into a folder, also while the portal runs.',
  options: backupOptions,
  prepare: async (given) => {
    const options = given as z.output<typeof backupOptions>
    return (config, tell) =>
      withDatabase(config, async (database) => {
        const { portalSecret: fromEnvironment, dataDir } = config
        const value = portalSecret({ given: fromEnvironment, dataDir })
        const isKept = fromEnvironment === null && !options['without-secret']
        const objects = await openObjects(config)
        const folder = resolve(options.to)
        const { missingFiles } = await backUp({ database, objects, secret: { value, isKept } }, folder, tell)
        tell(`Backed up to ${folder}${isKept ? ', with the secret: keep it from others' : ''}.`)
        if (missingFiles.length > 0) tell(`Of ${missingFiles.length} files there are no bytes.`)
      })
  },
}

const restoreOptions = z.object({
  from: z.string().min(1).meta({ value: 'FOLDER', description: 'The folder of a backup.' }),
})

/** Restores a backup into an empty database. */
export const restore: Command = {
  summary: 'Restore a backup into an empty database and store, before the portal is started on them.',
  options: restoreOptions,
  prepare: async (given) => {
    const { from } = given as z.output<typeof restoreOptions>
    return (config, tell) =>
      withDatabase(config, async (database) => {
        const lock = await acquireProcessLock(database.clientConfig, log)
        try {
          const objects = await openObjects(config)
          const { dataDir } = config
          const secret = findSecret({ given: config.portalSecret, dataDir })
          const { takenAt } = await restoreFrom(
            { database, objects, dataDir, secret, log },
            resolve(from),
            tell,
          )
          tell(`The portal is as it was at ${takenAt}. Start it as always.`)
        } finally {
          await lock.release()
        }
      })
  },
}

async function withDatabase(config: Config, work: (database: Database) => Promise<void>): Promise<void> {
  const { databaseUrl, dataDir } = config
  await mkdir(dataDir, { recursive: true })
  const database = await openDatabase({ url: databaseUrl ?? undefined, dataDir, log, poolMax: 2 })
  try {
    await work(database)
  } finally {
    await database.close()
  }
}
