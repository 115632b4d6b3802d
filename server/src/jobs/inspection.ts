// Background work as whoever runs the portal sees it: read from pg-boss's own tables, changed by its own verbs.
import type { FailedJob, JobQueue } from '@portal/contract'
import type pg from 'pg'
import type { PgBoss } from 'pg-boss'
import { failedQueue } from './failed-jobs.ts'
import { shownData, shownError } from './shown-job.ts'

type Page<Row> = { data: Row[]; nextCursor: string | null }

/** What waits, runs and was given up. */
export type JobInspection = {
  /** Every kind of work there is, by name. */
  queues: () => Promise<JobQueue[]>
  /** The newest first; `before` is the cursor of the page before. */
  failed: (asked: { queue: string | null; before: string | null; limit: number }) => Promise<Page<FailedJob>>
  /** What a job carries that was given up; null where there is none. */
  payloadOfFailed: (queue: string, jobId: string) => Promise<Record<string, unknown> | null>
  /** Gives a job that was given up one more try, at once; false where there is none. */
  retry: (queue: string, jobId: string) => Promise<boolean>
  /** Deletes a job that was given up; false where there is none. */
  discard: (queue: string, jobId: string) => Promise<boolean>
  /** Has those of a queue that wait with such a payload tried now; how many. */
  hasten: (queue: string, payload: object) => Promise<number>
  /** When a queue last had its work done. */
  lastDoneAt: (queue: string) => Promise<string | null>
}

/** Builds it. */
export const createInspection = (boss: PgBoss, pool: pg.Pool): JobInspection => ({
  queues: () => listQueues(boss, pool),
  failed: (asked) => listFailed(pool, asked),
  payloadOfFailed: (queue, jobId) => payloadOfFailed(pool, queue, jobId),
  async retry(queue, jobId) {
    if (!(await payloadOfFailed(pool, queue, jobId))) return false
    await boss.retry(queue, jobId)
    return true
  },
  async discard(queue, jobId) {
    const { rowCount } = await pool.query(
      `delete from pgboss.job where name = $1 and id = $2 and state = 'failed'`,
      [queue, jobId],
    )
    return rowCount === 1
  },
  async hasten(queue, payload) {
    const { rowCount } = await pool.query(
      `update pgboss.job set start_after = now() where name = $1 and state in ('created', 'retry') and data @> $2`,
      [queue, JSON.stringify(payload)],
    )
    return rowCount ?? 0
  },
  async lastDoneAt(queue) {
    const { rows } = await pool.query<{ at: Date | null }>(
      `select max(completed_on) as at from pgboss.job where name = $1 and state = 'completed'`,
      [queue],
    )
    return rows[0]?.at?.toISOString() ?? null
  },
})

async function payloadOfFailed(pool: pg.Pool, queue: string, jobId: string) {
  const { rows } = await pool.query<{ data: Record<string, unknown> | null }>(
    `select data from pgboss.job where name = $1 and id = $2 and state = 'failed'`,
    [queue, jobId],
  )
  return rows[0] ? (rows[0].data ?? {}) : null
}

type CountRow = Record<'waiting' | 'retrying' | 'active' | 'failed', number> & {
  name: string
  retry_output: unknown
  done_at: Date | null
}

async function listQueues(boss: PgBoss, pool: pg.Pool): Promise<JobQueue[]> {
  const [{ rows }, schedules] = await Promise.all([
    pool.query<CountRow>(
      `select queue.name,
         (count(*) filter (where job.state in ('created', 'retry')))::int as waiting,
         (count(*) filter (where job.state = 'retry'))::int as retrying,
         (array_agg(job.output order by job.started_on desc) filter (where job.state = 'retry'))[1] as retry_output,
         (count(*) filter (where job.state = 'active'))::int as active,
         (count(*) filter (where job.state = 'failed'))::int as failed,
         max(job.completed_on) filter (where job.state = 'completed') as done_at
       from pgboss.queue left join pgboss.job on job.name = queue.name
       where queue.name <> all ($1) group by queue.name order by queue.name`,
      [[failedQueue, ...ownQueues]],
    ),
    boss.getSchedules(),
  ])
  const crons = new Map(schedules.map(({ name, cron }) => [name, cron]))
  return rows.map(({ name, waiting, retrying, retry_output, active, failed, done_at }) => {
    const cron = crons.get(name)
    const schedule = cron === undefined ? null : scheduleOf(boss, cron, done_at)
    const retryError = retrying > 0 ? shownError(retry_output) : null
    return { name, waiting, retrying, retryError, active, failed, schedule }
  })
}

/** What pg-boss keeps for itself. */
const ownQueues = ['__pgboss__send-it', '__pgboss__maintenance', '__pgboss__cron']

function scheduleOf(boss: PgBoss, cron: string, doneAt: Date | null): JobQueue['schedule'] {
  const [minutes = '', hours = ''] = cron.split(' ')
  const [next] = boss.previewSchedule(cron, { tz: 'UTC', count: 1 })
  const two = (digits: string) => digits.padStart(2, '0')
  return {
    times: minutes.split(',').map((minute) => `${hours === '*' ? '' : two(hours)}:${two(minute)}`),
    lastRunAt: doneAt?.toISOString() ?? null,
    nextRunAt: next?.toISOString() ?? null,
  }
}

type FailedRow = {
  id: string
  name: string
  data: unknown
  output: unknown
  retry_count: number
  created_on: Date
  completed_on: Date | null
}

async function listFailed(
  pool: pg.Pool,
  { queue, before, limit }: { queue: string | null; before: string | null; limit: number },
): Promise<Page<FailedJob>> {
  const [beforeAt = null, beforeId = null] = before?.split('_') ?? []
  const { rows } = await pool.query<FailedRow>(
    `select id, name, data, output, retry_count, created_on, completed_on from pgboss.job
     where state = 'failed' and ($1::text is null or name = $1)
       and ($2::text is null or (date_trunc('milliseconds', created_on), id) < (to_timestamp($2::float8 / 1000), $3::uuid))
     order by date_trunc('milliseconds', created_on) desc, id desc limit $4`,
    [queue, beforeAt, beforeId, limit + 1],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    data: page.map(failedJobFromRow),
    nextCursor: last && rows.length > limit ? `${last.created_on.getTime()}_${last.id}` : null,
  }
}

const failedJobFromRow = (row: FailedRow): FailedJob => ({
  id: row.id,
  queue: row.name,
  data: shownData(row.data),
  error: shownError(row.output),
  tries: row.retry_count + 1,
  createdAt: row.created_on.toISOString(),
  failedAt: row.completed_on?.toISOString() ?? null,
})
