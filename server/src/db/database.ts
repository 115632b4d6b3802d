import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { isDatabaseUnavailable } from './availability.ts'
import { startEmbeddedPostgres } from './embedded/index.ts'
import type { DatabaseLog } from './log.ts'
import { reasonOf } from './reason.ts'
import type { Tables } from './tables.gen.ts'
import { columnTypes } from './types.ts'

/** Longest a statement may run, an answer be waited for, and a connection be waited for. */
const statementTimeoutMs = 10_000
const queryTimeoutMs = 11_000
const connectTimeoutMs = 2_500

/** The portal's way to its data. */
export interface Database {
  db: Kysely<Tables>
  pool: pg.Pool
  /** For connections outside the pool: listeners, locks, migrations. Has no statement timeout. */
  clientConfig: pg.ClientConfig
  /** Ends the pool, and the embedded server when nobody else uses it. */
  close(): Promise<void>
}

/** `url` names a managed PostgreSQL; without it a private server runs on the files in `dataDir`. */
export interface DatabaseOptions {
  url?: string | undefined
  dataDir: string
  log: DatabaseLog
  poolMax?: number
  /** How long a managed server that is not up yet is waited for; 15 seconds unless said. */
  patienceMs?: number
}

/**
 * Opens the database and checks that it answers.
 * @throws with a sentence that says what to do; it never contains the password.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, dataDir, log, poolMax = 16, patienceMs = 15_000 } = options
  const server = url ? managed(url) : await startEmbeddedPostgres({ dataDir, log })
  const clientConfig: pg.ClientConfig = {
    ...server.clientConfig,
    types: columnTypes,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
  }
  if (url) await waitForServer(clientConfig, log, patienceMs)
  const pool = new pg.Pool({
    ...clientConfig,
    max: poolMax,
    statement_timeout: statementTimeoutMs,
    query_timeout: queryTimeoutMs,
  })
  // An idle connection that breaks is replaced at the next query; unheard, the event would end the process.
  let closing = false
  pool.on('error', ({ message }) => {
    if (!closing) log.warn({ reason: message }, 'an idle database connection broke')
  })
  // The pool listens on idle clients only. One that breaks while it is lent out and between two statements, as in
  // a transaction, would end the process too; its next statement rejects, which is all we need to hear.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    db,
    pool,
    clientConfig,
    async close() {
      closing = true // the pool does not wait until the connections it ends are closed
      await db.destroy()
      await server.stop()
    },
  }
}

interface Server {
  clientConfig: pg.ClientConfig
  stop(): Promise<void>
}

function managed(url: string): Server {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new Error('DATABASE_URL is not of the form postgres://user:password@host:5432/database.')
  }
  return { clientConfig: { connectionString: url, application_name: 'llm-portal' }, stop: async () => {} }
}

async function waitForServer(
  clientConfig: pg.ClientConfig,
  log: DatabaseLog,
  patienceMs: number,
): Promise<void> {
  const deadline = Date.now() + patienceMs
  let told = ''
  for (;;) {
    const client = new pg.Client(clientConfig)
    client.on('error', () => {})
    try {
      await client.connect()
      return await requireVersion(client)
    } catch (error) {
      const last = Date.now() > deadline
      if (last || !isDatabaseUnavailable(error)) throw unreachable(client, error)
      const reason = reasonOf(error)
      // Once, and again only when there is something new to say.
      if (reason !== told) log.warn({ host: hostOf(client), reason }, 'the database does not answer yet')
      told = reason
    } finally {
      await client.end().catch(() => {})
    }
    await sleep(500)
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version_num') as version`,
  )
  const major = Math.floor(Number(rows[0]?.version) / 10_000)
  if (major < 15) throw new Error(`it is PostgreSQL ${major}, and the portal needs 15 or later`)
}

const hostOf = ({ host, port }: pg.Client): string => `${host}:${port}`

function unreachable(client: pg.Client, cause: unknown): Error {
  return new Error(
    `The database ${client.database} at ${hostOf(client)} (DATABASE_URL) cannot be used: ${reasonOf(cause)}. Check the address, that the server runs, user and password.`,
    { cause },
  )
}
