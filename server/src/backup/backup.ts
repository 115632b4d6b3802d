import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type pg from 'pg'
import { type Database, withClient } from '../db/index.ts'
import { listWaitingJobs } from '../jobs/index.ts'
import { listMonths } from '../ledger/index.ts'
import { type ObjectStore, syncFolder } from '../storage/index.ts'
import { appliedMigrations } from './applied-migrations.ts'
import { linesOf, writeChecked } from './checked-files.ts'
import type { Manifest } from './manifest.ts'
import { listFiles, writeObjects } from './objects.ts'
import { markOf } from './secret-mark.ts'
import { listTables, writeTable } from './tables.ts'

/** What a backup is made of. */
export type BackupSource = {
  database: Pick<Database, 'clientConfig' | 'pool'>
  objects: ObjectStore
  /** The portal's secret, and whether it goes into the backup. */
  secret: { value: string; isKept: boolean }
}

/**
 * Backs up a portal, running or not, into a new folder; `tell` hears what is done.
 * @throws Error with a sentence where the folder is there already
 */
export async function backUp(
  source: BackupSource,
  folder: string,
  tell: (line: string) => void,
): Promise<Manifest> {
  await requireAbsent(folder)
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(dirname(folder), { recursive: true })
  // Fails where somebody else was quicker: whatever they put there, they could read and change.
  await mkdir(unfinished, { mode: 0o700 })
  const manifest = await atOneInstant(source, (client) => write({ ...source, client, tell }, unfinished))
  await rename(unfinished, folder)
  for (const each of [folder, dirname(folder)]) await syncFolder(each)
  return manifest
}

async function requireAbsent(folder: string): Promise<void> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  )
  if (isThere) throw new Error(`${folder} is there already. Name a folder that is not.`)
}

/** Everything that is read in it is as it was at its beginning, whoever writes meanwhile. */
const atOneInstant = <Result>(
  { database }: BackupSource,
  read: (client: pg.Client) => Promise<Result>,
): Promise<Result> =>
  withClient(database.clientConfig, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    return read(client)
  })

type Writing = BackupSource & { client: pg.Client; tell: (line: string) => void }

async function write(
  { client, database, objects, secret, tell }: Writing,
  folder: string,
): Promise<Manifest> {
  const migrations = await appliedMigrations(client)
  if (migrations.length === 0) {
    throw new Error('There is nothing to back up: no portal has used this database yet.')
  }
  const { rows } = await client.query<{ now: Date }>('select now()')
  const tables: Manifest['tables'] = []
  for (const table of await listTables(client)) {
    const written = await writeTable(client, join(folder, 'tables', `${table.name}.copy.gz`), table)
    tables.push({ ...table, written })
  }
  const jobs = await listWaitingJobs(client)
  tell(`${tables.length} tables and ${jobs.length} jobs that wait.`)
  const listed = await listFiles(client)
  // Objects may take hours, and whatever changes a table would wait for its reader. Files never change.
  await client.query('commit')
  const files = await writeObjects({ pool: database.pool, objects, tell }, { files: listed, folder })
  const manifest: Manifest = {
    format: 1,
    takenAt: (rows[0]?.now ?? new Date()).toISOString(),
    migrations,
    months: (await listMonths(database.pool)).map(({ from }) => new Date(from).toISOString()),
    tables,
    jobs: {
      count: jobs.length,
      written: await writeChecked(join(folder, 'jobs.ndjson.gz'), linesOf(jobs), { isZipped: true }),
    },
    ...files,
    secretMark: markOf(secret.value),
    hasSecret: secret.isKept,
  }
  if (secret.isKept) await writeFile(join(folder, 'secret'), secret.value, { mode: 0o600, flush: true })
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  await writeChecked(join(folder, 'manifest.json'), Readable.from([text]))
  return manifest
}
