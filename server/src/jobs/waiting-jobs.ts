// Jobs that wait, carried from one database to another.
import type pg from 'pg'
import type { DatabaseLog } from '../db/index.ts'
import { createBoss, startBoss } from './boss.ts'
import { failedQueue } from './failed-jobs.ts'
import { createQueues } from './queues.ts'

/** A job that has not been done, nor has failed for good. */
export type WaitingJob = {
  id: string
  queue: string
  payload: object
  priority: number
  /** ISO 8601. */
  runAt: string
  singletonKey: string | null
}

/** Those that the client's transaction sees, those under way among them. */
export async function listWaitingJobs(client: pg.Client): Promise<WaitingJob[]> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('pgboss.job') is not null as there`,
  )
  // A database that no server has been started on has none.
  if (!rows[0]?.there) return []
  const found = await client.query<WaitingJob & { runAt: Date }>(
    `select id, name as queue, data as payload, priority, start_after as "runAt", singleton_key as "singletonKey"
     from pgboss.job
     where state in ('created', 'retry', 'active') and name <> $1 and name not like '\\_\\_%' and data is not null
     order by created_on, id`,
    [failedQueue],
  )
  return found.rows.map((job) => ({ ...job, runAt: job.runAt.toISOString() }))
}

type Target = { clientConfig: pg.ClientConfig; log: DatabaseLog }

/** Adds them where no server has been yet; one that is there already is left as it is. */
export async function addWaitingJobs(
  { clientConfig, log }: Target,
  jobs: readonly WaitingJob[],
): Promise<void> {
  const { boss, pool } = createBoss({ clientConfig, log, keepsHouse: false })
  try {
    await startBoss(boss)
    const queues = createQueues(boss)
    for (const [queue, waiting] of Map.groupBy(jobs, ({ queue }) => queue)) {
      await queues.ensureNamed(queue)
      const rows = waiting.map(({ id, payload, priority, runAt, singletonKey }) => ({
        ...{ id, data: payload, priority, startAfter: runAt },
        ...(singletonKey !== null && { singletonKey }),
      }))
      await boss.insert(queue, rows)
    }
  } finally {
    await boss.stop({ graceful: false, close: false })
    await pool.end()
  }
}
