import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import { withClient } from './with-client.ts'

/** Key of the session advisory lock, any number that nothing else here uses. */
const migrationLockKey = 7_301_002
const ownMigrations = join(import.meta.dirname, 'migrations')

interface Migration {
  name: string
  sql: string
  checksum: string
}

interface Applied {
  name: string
  checksum: string
}

type MigrateOptions = { folder?: string; last?: string | undefined }

/**
 * Brings the schema up to date and resolves to the names of the migrations it applied, in order. Each runs in a
 * transaction of its own; of several processes at once, one applies and the others wait for it. `last` names the one after
 * which it stops.
 * @throws when the database was migrated by a newer release, or by other files of the same name.
 */
export async function migrate(
  clientConfig: pg.ClientConfig,
  { folder = ownMigrations, last }: MigrateOptions = {},
): Promise<string[]> {
  const migrations = (await readMigrations(folder)).filter(({ name }) => last === undefined || name <= last)
  return withClient(clientConfig, async (client) => {
    // Held by the session: it ends with the connection, whatever happens here.
    await client.query('select pg_advisory_lock($1)', [migrationLockKey])
    const pending = pendingOf(migrations, await readApplied(client))
    for (const migration of pending) await apply(client, migration)
    return pending.map(({ name }) => name)
  })
}

/** The names of this release's migrations, in order. */
export const migrationNames = async (): Promise<string[]> =>
  (await readMigrations(ownMigrations)).map(({ name }) => name)

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const numbers = new Set<string>()
  for (const name of names) {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]
    if (!number || numbers.has(number)) {
      throw new Error(`Migration ${name} needs a name like 0001_what_it_does.sql with a number of its own.`)
    }
    numbers.add(number)
  }
  return Promise.all(
    names.map(async (name) => {
      // Git may check the same file out with other line ends.
      const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  await client.query(
    `create table if not exists schema_migrations (
       name text primary key,
       checksum text not null,
       applied_at timestamptz not null default now()
     )`,
  )
  const { rows } = await client.query<Applied>('select name, checksum from schema_migrations order by name')
  return rows
}

function pendingOf(migrations: Migration[], applied: Applied[]): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { name, checksum } of applied) {
    const known = byName.get(name)
    if (!known) {
      throw new Error(
        `This database is newer than this release: it has migration ${name}, which this release does not know. Start the release that made it, or restore a backup.`,
      )
    }
    if (known.checksum !== checksum) {
      throw new Error(
        `Migration ${name} was changed after this database had applied it. Restore the file as it was, and put the change into a new migration.`,
      )
    }
  }
  const pending = migrations.slice(applied.length)
  const last = applied.at(-1)
  const early =
    last && migrations.find(({ name }) => name < last.name && !applied.some((a) => a.name === name))
  if (early) {
    throw new Error(
      `Migration ${early.name} comes before ${last.name}, which this database has applied already. Give it a later number.`,
    )
  }
  return pending
}

const pauseMs = 1_000
const patienceMs = 5 * 60_000

/** Whoever comes while one waits for a table waits behind it: so it waits for a second, then they go first. */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  for (const startedAt = performance.now(); ; ) {
    try {
      return await applyOnce(client, migration)
    } catch (error) {
      const isLate = performance.now() - startedAt > patienceMs
      if (isLate || !(error instanceof Error && isLockTimeout(error.cause))) throw error
    }
    await client.query('rollback')
    await setTimeout(pauseMs)
  }
}

/** Whether the database waited for a table as long as it was told to. */
export const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '55P03'

async function applyOnce(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(`set local lock_timeout = '1s'`)
    await client.query(sql)
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum])
    await client.query('commit')
  } catch (cause) {
    throw new Error(`Migration ${name} failed and was undone: ${String(cause)}`, { cause })
  }
}
