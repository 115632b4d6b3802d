// Background work that must happen: a job is a row of the caller's own transaction, so it exists when and only when
// what it belongs to does.
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { DatabaseLog } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import { createBoss, startBoss } from './boss.ts'
import { createEnqueue, type Enqueue } from './enqueue.ts'
import { failedQueue, reportFailedJobs } from './failed-jobs.ts'
import { batchHandler, type Handler } from './handler.ts'
import type { Queue } from './queue.ts'
import { createQueues } from './queues.ts'

const pollSeconds = 2
/** How long the database may hold up the end, after the jobs under way have had their time. */
const farewellMs = 1_000

/** Background work on the portal's database. */
export type Jobs = {
  enqueue: Enqueue
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
    enqueue: createEnqueue({ boss, queues, events }),
    work(queue, handler) {
      const options = { ...polling, batchSize: queue.parallelMax }
      const start = () => boss.work(queue.name, options, batchHandler({ queue, handler, log }))
      workers.push({ queue, start })
    },
    everyDay(queue, { time, payload }) {
      schedules.push({ queue, time, payload: queue.payload.parse(payload) })
    },
    async start() {
      await startBoss(boss)
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
