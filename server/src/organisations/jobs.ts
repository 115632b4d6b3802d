import { z } from 'zod'
import { defineQueue } from '../jobs/index.ts'
import type { OrganisationsDeps } from './deps.ts'
import { deleteExpiredInvitations } from './invitation-store.ts'

const cleanUpQueue = defineQueue({ name: 'invitation-clean-up', payload: z.object({}) })

/** Has invitations removed once they have run out. */
export function workOnInvitations({ db, jobs, now }: OrganisationsDeps): void {
  jobs.work(cleanUpQueue, () => deleteExpiredInvitations(db, new Date(now())))
  jobs.everyDay(cleanUpQueue, { time: '03:30', payload: {} })
}
