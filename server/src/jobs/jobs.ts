// Background work that must happen: a job is a row of the caller's own transaction, so it exists when and only when
// what it belongs to does.
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { PgBoss } from 'pg-boss'
import type { DatabaseLog } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import { createBoss, startBoss } from './boss.ts'
import { createEnqueue, type Enqueue } from './enqueue.ts'
import { failedQueue, reportFailedJobs } from './failed-jobs.ts'
import { batchHandler, type Handler } from './handler.ts'
import { createInspection, type JobInspection } from './inspection.ts'
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
  /** Adds a job five minutes after every half hour, once also for those it was missed; before `start`. */
  everyHalfHour: <Payload extends object>(queue: Queue<Payload>, payload: Payload) => void
  /** What whoever runs the portal sees of it, and may do about it. */
  inspection: JobInspection
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
  const workers: Worker[] = []
  const schedules: { queue: Queue; cron: string; payload: object }[] = []
  const workerIds = new Map<string, string[]>()
  let unsubscribe = () => {}
  let isStarted = false

  return {
    enqueue: createEnqueue({ boss, queues, events }),
    inspection: createInspection(boss, pool),
    work(queue, handler) {
      const work = batchHandler({ queue, handler, log })
      workers.push({ queue, start: () => (queue.singly ? startSingly : startTogether)(boss, queue, work) })
    },
    everyDay(queue, { time, payload }) {
      const [hours = 0, minutes = 0] = time.split(':').map(Number)
      schedules.push({ queue, cron: `${minutes} ${hours} * * *`, payload: queue.payload.parse(payload) })
    },
    everyHalfHour(queue, payload) {
      schedules.push({ queue, cron: '5,35 * * * *', payload: queue.payload.parse(payload) })
    },
    async start() {
      await startBoss(boss)
      isStarted = true
      await queues.removeSchedulesBut(schedules.map(({ queue }) => queue.name))
      for (const { queue, cron, payload } of schedules) await queues.schedule(queue, cron, payload)
      for (const { queue, start } of workers) {
        await queues.ensure(queue)
        workerIds.set(queue.name, await start())
      }
      await queues.ensureFailed()
      workerIds.set(failedQueue, [await reportFailedJobs(boss, log)])
      unsubscribe = events.subscribe((event) => {
        if (event.type !== 'job-added') return
        for (const workerId of workerIds.get(event.queue) ?? []) boss.notifyWorker(workerId)
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

type Work = ReturnType<typeof batchHandler>
type Worker = { queue: Queue; start: () => Promise<string[]> }

/** One that takes as many jobs as there are places, and more when all of them have ended. */
const startTogether = async (boss: PgBoss, { name, parallelMax }: Queue, work: Work): Promise<string[]> => [
  await boss.work(name, { ...polling, batchSize: parallelMax, burstWhenBatchFull: true }, work),
]

/** One for each place. */
const startSingly = (boss: PgBoss, { name, parallelMax }: Queue, work: Work): Promise<string[]> =>
  Promise.all(
    Array.from({ length: parallelMax }, async () => {
      const workerId: string = await boss.work(
        name,
        { ...polling, batchSize: 1 },
        async (jobs: Parameters<Work>[0]) => {
          // Where there was a job there may be another: it looks again without a pause.
          const results = await work(jobs)
          boss.notifyWorker(workerId)
          return results
        },
      )
      return workerId
    }),
  )

const polling = {
  pollingIntervalSeconds: pollSeconds,
  perJobResults: true,
} as const

const atMost = (ms: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work.catch(() => {}), sleep(ms, undefined, { ref: false })])
