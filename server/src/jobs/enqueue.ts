import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { fromKysely, type PgBoss } from 'pg-boss'
import type { Tables } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import type { Queue } from './queue.ts'
import type { createQueues } from './queues.ts'

type NewJob<Payload> = {
  payload: Payload
  /** Not before then; at once unless given. */
  runAt?: Date
  /** A job that waits under the same key stands for this one, though it may run before this transaction commits. */
  singletonKey?: string
  /** A whole number: of those that wait, the highest begin first, and among equals the oldest. 0 unless given. */
  priority?: number
}

/** Adds a job when the transaction of `db` commits, at once outside of one. @throws ZodError for a wrong payload */
export type Enqueue = <Payload extends object>(
  db: Kysely<Tables>,
  queue: Queue<Payload>,
  job: NewJob<Payload>,
) => Promise<void>

type EnqueueDeps = {
  boss: PgBoss
  queues: Pick<ReturnType<typeof createQueues>, 'ensure'>
  events: Pick<Events, 'publish'>
}

/** Builds it; those who work are told of the job with the same transaction. */
export const createEnqueue =
  ({ boss, queues, events }: EnqueueDeps): Enqueue =>
  async (db, queue, { payload, runAt, singletonKey = randomUUID(), priority = 0 }) => {
    queue.payload.parse(payload)
    await queues.ensure(queue)
    const when = runAt ? { startAfter: runAt } : {}
    await boss.send(queue.name, payload, { db: fromKysely(db), singletonKey, priority, ...when })
    if (!runAt) await events.publish(db, { type: 'job-added', queue: queue.name })
  }
