import { authEndpoints } from '@portal/contract'
import type { Kysely } from 'kysely'
import { type AuditAction, recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Mount, Principal } from '../http/index.ts'
import type { SignInDeps } from './deps.ts'
import { signedInUser } from './signed-in-user.ts'
import * as store from './store.ts'

type Devices = Pick<SignInDeps, 'db' | 'sessions' | 'now'>
const done = { success: true } as const

/** Mounts who is signed in and on which devices, and signing them out. */
export function mountDevices(mount: Mount, { db, sessions, now }: Devices): void {
  const remember = (trx: Kysely<Tables>, action: AuditAction, { principal, caller }: By) =>
    recordAudit(trx, {
      action,
      atMs: now(),
      organisationId: principal.organisationId,
      actorId: principal.userId,
      subjectId: principal.userId,
      from: caller,
    })

  mount(authEndpoints.getSession, async ({ caller }) => {
    const session = await sessions.current(caller)
    const person = session && (await store.findPerson(db, session.userId))
    return session && person ? { session, user: signedInUser(person) } : null
  })
  mount(authEndpoints.signOut, async ({ caller }) => {
    const principal = await sessions.findLiving(caller)
    if (principal) {
      await db.transaction().execute(async (trx) => {
        await sessions.end(trx, principal.userId, sessionIdOf(principal))
        await remember(trx, 'user.signed-out', { principal, caller })
      })
    }
    caller.setCookie(sessions.farewell())
    return done
  })
  mount(authEndpoints.listSessions, ({ principal }) =>
    sessions.list(principal.userId, sessionIdOf(principal)),
  )
  mount(authEndpoints.revokeSession, async ({ principal, body, caller }) => {
    await db.transaction().execute(async (trx) => {
      if (!(await sessions.end(trx, principal.userId, body.id))) throw new AppError('not_found')
      await remember(trx, 'user.session-ended', { principal, caller })
    })
    return done
  })
  mount(authEndpoints.revokeOtherSessions, async ({ principal, caller }) => {
    await db.transaction().execute(async (trx) => {
      await sessions.endAll(trx, principal.userId, sessionIdOf(principal))
      await remember(trx, 'user.session-ended', { principal, caller })
    })
    return done
  })
}

type By = { principal: Principal; caller: Caller }

const sessionIdOf = ({ person }: Principal): string => person?.sessionId ?? ''
