// Background work that must happen: a job is a row of the caller's own transaction, so it exists when and only when
// what it belongs to does.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type pg from 'pg'
import { fromKysely } from 'pg-boss'
import type { DatabaseLog, Tables } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import { createBoss } from './boss.ts'
import { failedQueue, reportFailedJobs } from './failed-jobs.ts'
import { batchHandler, type Handler } from './handler.ts'
import type { Queue } from './queue.ts'
import { createQueues } from './queues.ts'

const pollSeconds = 2
/** How long the database may hold up the end, after the jobs under way have had their time. */
const farewellMs = 1_000

export type NewJob<Payload> = {
  payload: Payload
  /** Not before then; at once unless given. */
  runAt?: Date
  /** A job that waits under the same key stands for this one, though it may run before this transaction commits. */
  singletonKey?: string
}

/** Background work on the portal's database. */
export type Jobs = {
  /** Adds a job when the transaction of `db` commits, at once outside of one. @throws ZodError for a wrong payload */
  enqueue: <Payload extends object>(
    db: Kysely<Tables>,
    queue: Queue<Payload>,
    job: NewJob<Payload>,
  ) => Promise<void>
  /** Says who does the jobs of a queue; before `start`. */
  work: <Payload extends object>(queue: Queue<Payload>, handler: Handler<Payload>) => void
  /** Adds a job every day at a time (UTC, `03:30`), once also for the days it was missed; before `start`. */
  everyDay: <Payload extends object>(queue: Queue<Payload>, at: { time: string; payload: Payload }) => void
  /** Begins to work. @throws Error with a sentence when its tables cannot be made */
  start: () => Promise<void>
  /** Takes on nothing new, lets what runs end within `graceMs`, and gives the rest back to be tried again. */
  close: (options: { graceMs: number }) => Promise<void>
}

type JobsDeps = {
  clientConfig: pg.ClientConfig
  /** Jobs are heard of at once through them, of every process; without, at the next poll. */
  events: Pick<Events, 'publish' | 'subscribe'>
  log: DatabaseLog
}

/** Builds the jobs of one process; nothing runs before `start`. */
export function createJobs({ clientConfig, events, log }: JobsDeps): Jobs {
  const { boss, pool } = createBoss({ clientConfig, log })
  const queues = createQueues(boss)
  const workers: { queue: Queue; start: () => Promise<string> }[] = []
  const schedules: { queue: Queue; time: string; payload: object }[] = []
  const workerIds = new Map<string, string>()
  let unsubscribe = () => {}
  let isStarted = false

  return {
    async enqueue(db, queue, { payload, runAt, singletonKey = randomUUID() }) {
      queue.payload.parse(payload)
      await queues.ensure(queue)
      const when = runAt ? { startAfter: runAt } : {}
      await boss.send(queue.name, payload, { db: fromKysely(db), singletonKey, ...when })
      if (!runAt) await events.publish(db, { type: 'job-added', queue: queue.name })
    },
    work(queue, handler) {
      const options = { ...polling, batchSize: queue.parallelMax }
      const start = () => boss.work(queue.name, options, batchHandler({ queue, handler, log }))
      workers.push({ queue, start })
    },
    everyDay(queue, { time, payload }) {
      schedules.push({ queue, time, payload: queue.payload.parse(payload) })
    },
    async start() {
      await boss.start().catch(refuse)
      isStarted = true
      await queues.removeSchedulesBut(schedules.map(({ queue }) => queue.name))
      for (const { queue, time, payload } of schedules) await queues.schedule(queue, time, payload)
      for (const { queue, start } of workers) {
        await queues.ensure(queue)
        workerIds.set(queue.name, await start())
      }
      await queues.ensureFailed()
      workerIds.set(failedQueue, await reportFailedJobs(boss, log))
      unsubscribe = events.subscribe((event) => {
        const workerId = event.type === 'job-added' && workerIds.get(event.queue)
        if (workerId) boss.notifyWorker(workerId)
      })
    },
    async close({ graceMs }) {
      unsubscribe()
      const drained = Promise.all([...workerIds.keys()].map((name) => boss.offWork(name, { wait: true })))
      await atMost(graceMs, drained)
      if (isStarted) await atMost(farewellMs, boss.stop({ graceful: false, close: false }))
      await atMost(farewellMs, pool.end())
    },
  }
}

const polling = {
  pollingIntervalSeconds: pollSeconds,
  perJobResults: true,
  burstWhenBatchFull: true,
} as const

const atMost = (ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work.catch(() => {}), sleep(ms, undefined, { ref: false })])

function refuse(cause: unknown): never {
  const isForbidden = cause instanceof Error && 'code' in cause && cause.code === '42501'
  if (!isForbidden) throw cause
  throw new Error(
    'The database user may not make the schema pgboss, where background jobs are kept. Grant it CREATE on the database.',
    { cause },
  )
}
