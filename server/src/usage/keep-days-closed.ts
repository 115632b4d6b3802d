import type pg from 'pg'
import { z } from 'zod'
import { defineQueue, type Jobs } from '../jobs/index.ts'
import { closeDays } from '../ledger/index.ts'

const queue = defineQueue({ name: 'usage-days', payload: z.object({}), timeoutSeconds: 1800 })

/** Has days summed once they are over, every night. */
export function keepDaysClosed({
  pool,
  jobs,
  now,
}: {
  pool: pg.Pool
  jobs: Pick<Jobs, 'work' | 'everyDay'>
  now: () => number
}): void {
  jobs.work(queue, () => closeDays(pool, now()))
  jobs.everyDay(queue, { time: '03:10', payload: {} })
}
