// An administrator signed in as somebody else, to see what they see: for an hour at most, on record in both their logs.
import type { SignedInUser } from '@portal/contract'
import { z } from 'zod'
import { recordAudit } from '../audit/index.ts'
import { AppError } from '../errors.ts'
import { defineQueue } from '../jobs/index.ts'
import type { Acting, AdministrationDeps } from './deps.ts'
import { recordAct } from './record.ts'
import * as store from './user-store.ts'
import { noSuchUser } from './users.ts'

/** Beginning and ending it. */
export type Impersonation = {
  /** @throws AppError not_found, sign_in_not_recent, conflict for administrators and whoever is suspended */
  begin: (acting: Acting, userId: string, reason: string) => Promise<{ user: SignedInUser; until: string }>
  /** The browser is the administrator's again. @throws AppError conflict where nobody is signed in as somebody else */
  stop: (acting: Acting) => Promise<void>
}

const endQueue = defineQueue({ name: 'end-impersonation', payload: z.object({ sessionId: z.string() }) })

/** Builds it, and says who notes the end of one that nobody stopped. */
export function createImpersonation(deps: AdministrationDeps): Impersonation {
  const { db, jobs, sessions, signIn, now } = deps

  jobs.work(endQueue, ({ sessionId }) =>
    db.transaction().execute(async (trx) => {
      const ended = await sessions.endAs(trx, sessionId, null)
      if (!ended) return
      const { administratorId: actorId, userId: subjectId, organisationId } = ended
      const whose = { organisationId, actorId, subjectId, from: null }
      const action = 'administration.impersonation-ended'
      await recordAudit(trx, { action, atMs: now(), ...whose, details: { reason: 'Nobody stopped it.' } })
    }),
  )

  return {
    async begin(acting, userId, reason) {
      const { principal, caller } = acting
      signIn.credentials.requireRecentSignIn(principal)
      const administratorSessionId = principal.person?.sessionId
      if (!administratorSessionId) throw new AppError('permission_denied')
      return db.transaction().execute(async (trx) => {
        const user = await store.findUser(trx, userId)
        if (!user) throw noSuchUser()
        requireMay(user)
        const organisationId = await signIn.homeOf(trx, userId)
        if (!organisationId) throw new AppError('conflict', { message: 'They are in no organisation.' })
        const administratorId = principal.userId
        const whose = { administratorId, administratorSessionId, userId, organisationId }
        const { id: sessionId, until } = await sessions.beginAs(trx, whose, caller)
        await jobs.enqueue(trx, endQueue, { payload: { sessionId }, runAt: until })
        await recordAct(trx, acting, {
          action: 'administration.impersonation-begun',
          ...{ atMs: now(), organisationId, subjectId: userId },
          details: { reason, until: until.toISOString() },
        })
        return { user: await signIn.personOf(trx, userId), until: until.toISOString() }
      })
    },
    async stop({ principal, caller }) {
      const { person, userId } = principal
      if (!person?.sessionId || !person.impersonatorId)
        throw new AppError('conflict', { message: 'You are signed in as yourself.' })
      const { sessionId, impersonatorId: actorId } = person
      await db.transaction().execute(async (trx) => {
        const ended = await sessions.endAs(trx, sessionId, caller)
        if (!ended) throw new AppError('conflict', { message: 'That has ended already.' })
        const { organisationId } = ended
        const from = { ...caller, impersonatorId: null }
        const action = 'administration.impersonation-ended'
        await recordAudit(trx, { action, atMs: now(), organisationId, actorId, subjectId: userId, from })
      })
      sessions.forget(userId)
    },
  }
}

/** @throws AppError conflict */
function requireMay({ role, suspended_at }: store.AdminUserRow): void {
  if (role === 'admin')
    throw new AppError('conflict', { message: 'Nobody signs in as an administrator, nor as themselves.' })
  if (suspended_at) throw new AppError('conflict', { message: 'They are suspended. Reinstate them first.' })
}
