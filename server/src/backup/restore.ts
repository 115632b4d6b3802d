import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, type DatabaseLog, migrate, migrationNames, withClient } from '../db/index.ts'
import { addWaitingJobs, type WaitingJob } from '../jobs/index.ts'
import { ensurePartitions } from '../ledger/index.ts'
import { keepSecret } from '../secrets/index.ts'
import type { ObjectStore } from '../storage/index.ts'
import { appliedMigrations } from './applied-migrations.ts'
import { check, readLines } from './checked-files.ts'
import { Manifest } from './manifest.ts'
import { listObjects, restoreObjects } from './objects.ts'
import { markOf } from './secret-mark.ts'
import { listTables, readTable } from './tables.ts'

/** Where a backup is restored to: an empty database that no portal runs on, and a store. */
export type RestoreTarget = {
  database: Pick<Database, 'clientConfig' | 'pool'>
  objects: ObjectStore
  dataDir: string
  /** The secret that is given for it, or that it has already; null where it has none. */
  secret: string | null
  log: DatabaseLog
}

/** Reads what a backup says of itself. @throws Error with a sentence where there is none */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch((cause) => {
    throw new Error(`${folder} has no manifest.json: it is no backup, or not a whole one.`, { cause })
  })
  const parsed = Manifest.safeParse(JSON.parse(text))
  if (!parsed.success) throw new Error(`${folder}/manifest.json is not of a form that this release reads.`)
  return parsed.data
}

/** Restores a backup. @throws Error with a sentence, nothing changed, where it cannot be */
export async function restore(
  target: RestoreTarget,
  folder: string,
  tell: (line: string) => void,
): Promise<Manifest> {
  const manifest = await readManifest(folder)
  const secret = await secretFor(target, folder, manifest)
  await requireFit(target, manifest)
  tell('Checking the backup…')
  await checkFiles(folder, manifest)
  // From here on it changes: the secret and the objects, which nobody sees without rows, then all rows at once.
  if (target.secret === null) keepSecret(target.dataDir, secret)
  const desk = join(target.dataDir, 'restoring')
  await restoreObjects(target.objects, folder, desk)
  await rm(desk, { recursive: true, force: true })
  tell(`Restored ${manifest.objects.count} objects.`)
  await restoreDatabase(target, folder, manifest)
  tell(`Restored ${manifest.tables.length} tables and ${manifest.jobs.count} jobs that wait.`)
  return manifest
}

async function secretFor({ secret }: RestoreTarget, folder: string, manifest: Manifest): Promise<string> {
  const kept = manifest.hasSecret ? (await readFile(join(folder, 'secret'), 'utf8')).trim() : null
  const chosen = secret ?? kept
  if (chosen === null) throw new Error('The backup has no secret. Set PORTAL_SECRET to that of its portal.')
  if (markOf(chosen) === manifest.secretMark) return chosen
  throw new Error(
    'The secret here is another than that of the backup. Set PORTAL_SECRET to the right one, or restore into a new DATA_DIR.',
  )
}

async function requireFit({ database }: RestoreTarget, { migrations }: Manifest): Promise<void> {
  const known = await migrationNames()
  const unknown = migrations.find((name) => !known.includes(name))
  if (unknown) {
    throw new Error(`The backup is of a newer release: it has the migration ${unknown}, unknown here.`)
  }
  const applied = await appliedMigrations(database.pool)
  const isAhead = applied.some((name) => !migrations.includes(name))
  const { rows } = applied.length > 0 ? await database.pool.query('select from users limit 1') : { rows: [] }
  if (!isAhead && rows.length === 0) return
  throw new Error(
    'This database is not empty. Restore into an empty one: a new DATA_DIR, or a new database in DATABASE_URL.',
  )
}

async function checkFiles(folder: string, { tables, jobs, objects }: Manifest): Promise<void> {
  for (const { name, written } of tables) await check(join(folder, 'tables', `${name}.copy.gz`), written)
  await check(join(folder, 'jobs.ndjson.gz'), jobs.written)
  await check(join(folder, 'objects.ndjson'), objects.list)
  for await (const { path, ...written } of listObjects(folder)) await check(path, written)
}

async function restoreDatabase({ database, log }: RestoreTarget, folder: string, manifest: Manifest) {
  const { clientConfig, pool } = database
  await migrate(clientConfig, { last: manifest.migrations.at(-1) })
  for (const month of manifest.months) await ensurePartitions(pool, Date.parse(month), 0)
  const jobs: WaitingJob[] = []
  for await (const job of readLines(join(folder, 'jobs.ndjson.gz'), { isZipped: true })) {
    jobs.push(job as WaitingJob)
  }
  // Before the rows: they are there then when the rows are, and one without its rows has nothing to do.
  await addWaitingJobs({ clientConfig, log }, jobs)
  await withClient(clientConfig, async (client) => {
    await client.query('begin')
    await fill(client, folder, manifest)
    await client.query('commit')
    await client.query('analyze')
  })
  await migrate(clientConfig)
}

async function fill(client: pg.Client, folder: string, { tables, deletedFiles }: Manifest): Promise<void> {
  const here = await listTables(client)
  // What migrations wrote is in the backup too, as it was there.
  await client.query(`truncate ${here.map(({ name }) => pg.escapeIdentifier(name)).join(', ')}`)
  const columns = new Map(tables.map((table) => [table.name, table]))
  for (const { name } of here) {
    const table = columns.get(name)
    if (table) await readTable(client, join(folder, 'tables', `${name}.copy.gz`), table)
  }
  await client.query('delete from files where id = any($1)', [deletedFiles])
  await endWhatIsBrief(
    client,
    here.map(({ name }) => name),
  )
}

const brief = ['mail_links', 'sign_in_challenges', 'passkey_challenges']

/** What works once or for an hour was used, or has ended, since the backup was made. */
async function endWhatIsBrief(client: pg.Client, tables: readonly string[]): Promise<void> {
  for (const table of brief.filter((name) => tables.includes(name)))
    await client.query(`delete from ${table}`)
  if (!tables.includes('impersonations')) return
  await client.query('delete from sessions where id in (select session_id from impersonations)')
}
