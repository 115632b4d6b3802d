import { z } from 'zod'
import { AppError } from '../errors.ts'
import { defineQueue } from '../jobs/index.ts'
import type { SignInDeps } from './deps.ts'
import { askingForLinks, linkSubject } from './limits.ts'
import { mailLink } from './mail-links.ts'
import * as store from './store.ts'

/** Somebody asked for a link at an address: whether anybody has it is found out here, where no answer tells. */
export const askedForLink = defineQueue({
  name: 'asked-for-link',
  payload: z.object({ email: z.string(), purpose: z.enum(['verify-email', 'reset-password']) }),
})

const sweepQueue = defineQueue({ name: 'sign-in-clean-up', payload: z.object({}) })

/** Does the work that is done apart from the requests. */
export function workOnSignIn(deps: SignInDeps): void {
  const mayHaveLink = async (subject: string): Promise<boolean> => {
    try {
      await deps.throttles.take(askingForLinks, subject)
      return true
    } catch (error) {
      if (error instanceof AppError) return false
      throw error
    }
  }
  deps.jobs.work(askedForLink, async ({ email, purpose }) => {
    const person = await store.findPersonByEmail(deps.db, email)
    if (!person || (purpose === 'verify-email' && person.email_verified)) return
    if (!(await mayHaveLink(linkSubject(person.id, purpose)))) return
    await deps.db.transaction().execute((trx) => mailLink(trx, deps, { to: person, purpose }))
  })
  deps.jobs.work(sweepQueue, async () => {
    const at = new Date(deps.now())
    await Promise.all([deps.sessions.sweep(), deps.throttles.sweep(), store.deleteExpired(deps.db, at)])
  })
  deps.jobs.everyDay(sweepQueue, { time: '03:20', payload: {} })
}
