import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { AdminOverview } from '@portal/contract'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { readProof } from '../usage/index.ts'
import { attentionTo } from './attention.ts'
import type { AdministrationDeps } from './deps.ts'

/** How the portal is. */
export type Overview = { read: () => Promise<AdminOverview> }

const startedAt = new Date(Date.now() - performance.now()).toISOString()
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** Builds it. */
export const createOverview = (deps: AdministrationDeps): Overview => ({
  async read() {
    const { db, jobs, gateway, now } = deps
    const [database, disk, queues, lastHour, totals, failedMails, parts, proof] = await Promise.all([
      readDatabase(db),
      readDisk(deps.config.dataDir),
      jobs.inspection.queues(),
      readLastHour(db, new Date(now() - 3_600_000)),
      readTotals(db),
      countFailedMails(db, new Date(now() - 86_400_000)),
      partsOf(deps),
      readProof(db),
    ])
    const targets = [...gateway.breaker.health()]
      .map(([name, health]) => ({ name, ...health }))
      .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.failures - a.failures)
      .slice(0, 50)
    const sum = (name: 'waiting' | 'active' | 'failed') =>
      queues.reduce((total, queue) => total + queue[name], 0)
    const found = {
      ...{ version, node: process.version, startedAt, parts, database, disk, lastHour, targets, totals },
      jobs: { waiting: sum('waiting'), active: sum('active'), failed: sum('failed') },
    }
    return {
      ...found,
      attention: attentionTo(found, {
        failedMails,
        spillFiles: gateway.ledger.stats().spillFiles,
        sumsDiffering: proof?.differences ?? 0,
      }),
    }
  },
})

async function partsOf({ readiness, gateway, events }: AdministrationDeps): Promise<AdminOverview['parts']> {
  const problem = await readiness().then(
    () => null,
    (error: Error) => error.message,
  )
  const { queued, spillFiles } = gateway.ledger.stats()
  return [
    { name: 'Requests', isReady: problem === null, detail: problem ?? 'Are answered.' },
    {
      name: 'Ledger',
      isReady: gateway.ledger.available,
      detail: `${queued} rows wait for a commit, ${spillFiles} files of them on disk.`,
    },
    {
      name: 'Events',
      isReady: events.connected,
      detail: events.connected
        ? 'Changes are heard of at once.'
        : 'Nothing is cached until they arrive again.',
    },
  ]
}

async function readDatabase(db: Kysely<Tables>): Promise<AdminOverview['database']> {
  const { rows } = await sql<AdminOverview['database']>`
    select current_setting('server_version') as version,
      pg_database_size(current_database())::float8 as bytes,
      (select count(*)::int from pg_stat_activity where datname = current_database()) as connections,
      current_setting('max_connections')::int as "connectionsMax"`.execute(db)
  return rows[0] ?? { version: '', bytes: 0, connections: 0, connectionsMax: 0 }
}

async function readDisk(path: string): Promise<AdminOverview['disk']> {
  try {
    const { bavail, blocks, bsize } = await statfs(path)
    return { bytesFree: bavail * bsize, bytesTotal: blocks * bsize }
  } catch {
    return null
  }
}

async function readLastHour(db: Kysely<Tables>, since: Date): Promise<AdminOverview['lastHour']> {
  const { rows } = await sql<AdminOverview['lastHour']>`
    select coalesce(sum(requests), 0)::float8 as requests,
      coalesce(sum(requests) filter (where status not in ('ok', 'client_cancelled')), 0)::float8 as errors,
      coalesce(sum(input_tokens + output_tokens), 0)::float8 as tokens
    from usage_rollups where bucket_at > ${since}`.execute(db)
  return rows[0] ?? { requests: 0, errors: 0, tokens: 0 }
}

async function readTotals(db: Kysely<Tables>): Promise<AdminOverview['totals']> {
  const { rows } = await sql<AdminOverview['totals']>`
    select (select count(*)::int from users) as users, (select count(*)::int from organisations) as organisations,
      (select count(*)::int from users where suspended_at is not null) as suspended`.execute(db)
  return rows[0] ?? { users: 0, organisations: 0, suspended: 0 }
}

async function countFailedMails(db: Kysely<Tables>, since: Date): Promise<number> {
  const { count } = await db
    .selectFrom('mails')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('state', '=', 'failed')
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(count)
}
