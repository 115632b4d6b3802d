import { z } from 'zod'
import { defineQueue } from '../jobs/index.ts'
import { deleteDeliveriesBefore, noteMails } from './delivery-store.ts'
import type { AlertsDeps } from './deps.ts'
import { deleteEventsBefore } from './event-store.ts'
import { deliveriesKeptMs, eventsKeptMs, restorableMs } from './limits.ts'
import { purgeAlerts } from './store.ts'
import { purgeWebhooks } from './webhook-store.ts'

const cleanUpQueue = defineQueue({ name: 'alert-clean-up', payload: z.object({}), timeoutSeconds: 600 })

/** Has removed what is over. */
export function workOnCleanUp({ db, jobs, now }: Pick<AlertsDeps, 'db' | 'jobs' | 'now'>): void {
  const before = (ms: number) => new Date(now() - ms)
  jobs.work(cleanUpQueue, async () => {
    await noteMails(db)
    await purgeAlerts(db, before(restorableMs))
    await purgeWebhooks(db, before(restorableMs))
    await deleteDeliveriesBefore(db, before(deliveriesKeptMs))
    await deleteEventsBefore(db, before(eventsKeptMs))
  })
  jobs.everyDay(cleanUpQueue, { time: '02:50', payload: {} })
}
