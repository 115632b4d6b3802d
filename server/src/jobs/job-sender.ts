import type pg from 'pg'
import type { DatabaseLog } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import { createBoss, startBoss } from './boss.ts'
import { createEnqueue, type Enqueue } from './enqueue.ts'
import { createQueues } from './queues.ts'

/** Adds jobs from a process that does none, as an operator's command is: a server does them, now or when it starts. */
export type JobSender = {
  enqueue: Enqueue
  close: () => Promise<void>
}

type JobSenderDeps = { clientConfig: pg.ClientConfig; events: Pick<Events, 'publish'>; log: DatabaseLog }

/** Builds it; it connects with its first job. */
export function createJobSender({ clientConfig, events, log }: JobSenderDeps): JobSender {
  const { boss, pool } = createBoss({ clientConfig, log, keepsHouse: false })
  const enqueue = createEnqueue({ boss, queues: createQueues(boss), events })
  let started: Promise<void> | null = null
  return {
    async enqueue(db, queue, job) {
      // A command may come before the first start of a server, and makes the tables then.
      started ??= startBoss(boss)
      await started
      await enqueue(db, queue, job)
    },
    async close() {
      await boss.stop({ graceful: false, close: false })
      await pool.end()
    },
  }
}
