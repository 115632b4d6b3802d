import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { type DatabaseLog, isDatabaseUnavailable } from '../db/index.ts'

const connectionsMax = 3
const statementTimeoutMs = 15_000
/** How often each kind of housekeeping runs; what we do not use rests. */
const intervals = {
  superviseIntervalSeconds: 30,
  monitorIntervalSeconds: 30,
  cronMonitorIntervalSeconds: 30,
  cronWorkerIntervalSeconds: 5,
  flowIntervalSeconds: 3600,
  bamIntervalSeconds: 3600,
}

type BossOptions = {
  clientConfig: pg.ClientConfig
  log: DatabaseLog
  /** Whether it keeps house besides: schedules, retries, what is done with. Unless said, it does. */
  keepsHouse?: boolean
}

/** pg-boss on connections of its own, which neither wait for requests nor make them wait. */
export function createBoss({ clientConfig, log, keepsHouse = true }: BossOptions): {
  boss: PgBoss
  pool: pg.Pool
} {
  const pool = new pg.Pool({
    ...clientConfig,
    types: pg.types, // pg-boss counts with numbers, where the rest of the portal has bigints
    max: connectionsMax,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 1000,
  } as pg.PoolConfig)
  pool.on('error', () => {}) // the next query tells
  pool.on('connect', (client) => client.on('error', () => {}))
  const outage = createOutage(log)
  const boss = new PgBoss({
    db: { executeSql: (text, values) => outage.watch(pool.query(text, values)) },
    schema: 'pgboss',
    ...intervals,
    supervise: keepsHouse,
    schedule: keepsHouse,
    reindex: false, // what is done with is deleted soon, and a rebuild would outlast the statement timeout
  })
  // Unheard, the event would end the process.
  boss.on('error', (err) => {
    if (!outage.explains(err)) log.error({ err }, 'the background jobs')
  })
  boss.on('warning', ({ message, data }) => log.warn({ data }, message))
  return { boss, pool }
}

/** Tells of an outage once, and once of its end, however many polls it meets. */
function createOutage(log: DatabaseLog) {
  let isOut = false
  const reasons = new Set<string>()
  const failed = (error: unknown): void => {
    if (!(error instanceof Error && isDatabaseUnavailable(error))) return
    const { message: reason } = error
    if (!isOut) log.warn({ reason }, 'the background jobs cannot reach the database')
    isOut = true
    reasons.add(reason)
  }
  return {
    async watch<Result>(query: Promise<Result>): Promise<Result> {
      const result = await query.catch((error) => {
        failed(error)
        throw error
      })
      if (isOut) log.info({}, 'the background jobs reach the database again')
      isOut = false
      return result
    },
    /** pg-boss passes on copies of errors, with more in their messages. */
    explains: ({ message }: { message: string }): boolean =>
      [...reasons].some((reason) => message.startsWith(reason)),
  }
}

/** Starts it, its tables made or brought up to date. @throws Error with a sentence when they cannot be */
export async function startBoss(boss: PgBoss): Promise<void> {
  await boss.start().catch((cause: unknown) => {
    const isForbidden = cause instanceof Error && 'code' in cause && cause.code === '42501'
    if (!isForbidden) throw cause
    throw new Error(
      'The database user may not make the schema pgboss, where background jobs are kept. Grant it CREATE on the database.',
      { cause },
    )
  })
}
