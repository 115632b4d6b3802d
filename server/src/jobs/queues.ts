import type { PgBoss } from 'pg-boss'
import { failedQueue } from './failed-jobs.ts'
import type { Queue } from './queue.ts'

const daySeconds = 24 * 3600
/** A process that has died is noticed after this; its jobs are then tried again. */
const heartbeatSeconds = 30

const settingsOf = (queue: Queue) => ({
  retryLimit: queue.triesMax - 1,
  retryDelay: queue.firstPauseSeconds,
  retryDelayMax: queue.pauseSecondsMax,
  retryBackoff: true,
  // Longer than what we stop a try ourselves after: pg-boss would fail the whole batch.
  expireInSeconds: queue.timeoutSeconds + 60,
  heartbeatSeconds,
  /** How long what is done, or has failed, can be looked up. */
  deleteAfterSeconds: 7 * daySeconds,
  /** How long a job may wait: longer than any outage. */
  retentionSeconds: 90 * daySeconds,
  deadLetter: failedQueue,
})

/** The queues as the database knows them. */
export function createQueues(boss: PgBoss) {
  const made = new Map<string, Promise<void>>()
  const once = (name: string, make: () => Promise<void>): Promise<void> => {
    const known = made.get(name)
    if (known) return known
    const making = make()
    made.set(name, making)
    making.catch(() => made.delete(name)) // the next one tries again
    return making
  }
  const ensureFailed = () => once(failedQueue, () => boss.createQueue(failedQueue, { heartbeatSeconds }))

  // Of jobs that wait under one key there is one; those that are given none have one of their own.
  const create = async (name: string, settings: object) => {
    await ensureFailed()
    await boss.createQueue(name, { ...settings, policy: 'short' })
  }

  /** Makes a queue, or gives it the settings of this release. */
  const ensure = (queue: Queue): Promise<void> =>
    once(queue.name, async () => {
      const settings = settingsOf(queue)
      await create(queue.name, settings)
      await boss.updateQueue(queue.name, settings)
    })

  return {
    ensure,
    ensureFailed,
    /** Makes one of which no more is known: the server that works on it gives it its settings. */
    ensureNamed: (name: string): Promise<void> => create(name, {}),
    /** Adds a job at the times (UTC) of a cron expression; one more when any were missed while nothing ran. */
    async schedule(queue: Queue, cron: string, payload: object): Promise<void> {
      await ensure(queue)
      await boss.schedule(queue.name, cron, payload, { tz: 'UTC', missed: 'once' })
    },
    /** Ends the schedules of an earlier release. */
    async removeSchedulesBut(names: readonly string[]): Promise<void> {
      for (const { name } of await boss.getSchedules()) {
        if (!names.includes(name)) await boss.unschedule(name)
      }
    },
  }
}
