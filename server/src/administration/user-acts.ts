// What an administrator does to somebody's account. Each is one transaction with its entry in the audit log, and counts
// for the very next request.
import type { AdminUserDetail, AuditAction, PortalRole } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Acting, AdministrationDeps } from './deps.ts'
import { recordAct } from './record.ts'
import * as store from './user-store.ts'
import { noSuchUser, type Users } from './users.ts'

/** Each resolves to what became of the account. @throws AppError not_found, conflict, some sign_in_not_recent */
export type UserActs = {
  suspend: (acting: Acting, userId: string, reason: string) => Promise<AdminUserDetail>
  reinstate: (acting: Acting, userId: string) => Promise<AdminUserDetail>
  resetTwoFactor: (acting: Acting, userId: string) => Promise<AdminUserDetail>
  setRole: (acting: Acting, userId: string, role: PortalRole) => Promise<AdminUserDetail>
  sendPasswordReset: (acting: Acting, userId: string) => Promise<AdminUserDetail>
  /** On one device, or everywhere. */
  endSessions: (acting: Acting, userId: string, sessionId: string | undefined) => Promise<AdminUserDetail>
  revokeKey: (
    acting: Acting,
    userId: string,
    key: { keyId: string; reason: string },
  ) => Promise<AdminUserDetail>
  scheduleDeletion: (acting: Acting, userId: string) => Promise<AdminUserDetail>
  cancelDeletion: (acting: Acting, userId: string) => Promise<AdminUserDetail>
}

type Recorded = { organisationId?: string; details?: Record<string, string | number | boolean | null> }
type Change = (trx: Kysely<Tables>, user: store.AdminUserRow) => Promise<Recorded>

/** Builds them. */
export function createUserActs(deps: AdministrationDeps, users: Users): UserActs {
  const { db, events, sessions, signIn, principals, now } = deps

  /** Makes and records a change, and has every process look anew at whose it is. */
  async function change(
    acting: Acting,
    userId: string,
    { action, make }: { action: AuditAction; make: Change },
  ) {
    await db.transaction().execute(async (trx) => {
      const user = await store.findUser(trx, userId)
      if (!user) throw noSuchUser()
      const recorded = await make(trx, user)
      await recordAct(trx, acting, { action, atMs: now(), subjectId: userId, ...recorded })
      await events.publish(trx, { type: 'user-changed', userId })
    })
    sessions.forget(userId)
    principals.forgetKeysOf({ userId })
    return users.get(userId)
  }

  return {
    suspend: (acting, userId, reason) =>
      change(acting, userId, {
        action: 'administration.user-suspended',
        async make(trx, user) {
          refuseOneself(acting, userId, 'suspend')
          await requireAnotherAdministrator(trx, userId)
          if (user.suspended_at) throw new AppError('conflict', { message: 'They are suspended already.' })
          // First, as whoever signs in holds it: of a session that is made meanwhile the next line knows.
          await store.setSuspension(trx, userId, { at: new Date(now()), reason })
          return { details: { reason, sessionsEnded: await sessions.endAll(trx, userId, null) } }
        },
      }),
    reinstate: (acting, userId) =>
      change(acting, userId, {
        action: 'administration.user-reinstated',
        async make(trx, user) {
          if (!user.suspended_at) throw new AppError('conflict', { message: 'They are not suspended.' })
          await store.setSuspension(trx, userId, null)
          return {}
        },
      }),
    setRole: (acting, userId, role) =>
      change(acting, userId, {
        action: 'administration.role-changed',
        async make(trx, user) {
          if (role === 'admin') signIn.credentials.requireRecentSignIn(acting.principal)
          if (role === 'user') await requireAnotherAdministrator(trx, userId)
          await store.setRole(trx, userId, role)
          if (role !== user.role) await sessions.endAllAs(trx, userId, 'A role changed.')
          return { details: { from: user.role, to: role } }
        },
      }),
    endSessions: (acting, userId, sessionId) =>
      change(acting, userId, {
        action: 'administration.sessions-ended',
        async make(trx) {
          if (sessionId === undefined) {
            return { details: { sessionsEnded: await sessions.endAll(trx, userId, null) } }
          }
          if (await sessions.end(trx, userId, sessionId)) return { details: { sessionsEnded: 1 } }
          throw new AppError('not_found', { message: 'They are not signed in there any more.' })
        },
      }),
    ...accountActs(deps, users, change),
  }
}

type MakeChange = (
  acting: Acting,
  userId: string,
  what: { action: AuditAction; make: Change },
) => Promise<AdminUserDetail>

/** What other rooms do for their owners, done for an administrator. */
const accountActs = (
  { keys, profiles, recovery, signIn, sessions }: AdministrationDeps,
  users: Users,
  change: MakeChange,
): Pick<
  UserActs,
  'resetTwoFactor' | 'sendPasswordReset' | 'revokeKey' | 'scheduleDeletion' | 'cancelDeletion'
> => ({
  async resetTwoFactor({ principal, caller }, userId) {
    await users.get(userId)
    signIn.credentials.requireRecentSignIn(principal)
    await recovery.turnOffTwoFactor(userId, { userId: principal.userId, from: caller })
    sessions.forget(userId)
    return users.get(userId)
  },
  async sendPasswordReset(acting, userId) {
    await users.get(userId)
    await signIn.registration.countResetLink(userId)
    return change(acting, userId, {
      action: 'administration.password-reset-sent',
      async make(trx, user) {
        await signIn.registration.mailResetLink(trx, user)
        return {}
      },
    })
  },
  revokeKey: (acting, userId, { keyId, reason }) =>
    change(acting, userId, {
      action: 'administration.key-revoked',
      async make(trx) {
        const key = await keys.stopKey(trx, { keyId, userId, reason })
        if (!key) throw new AppError('not_found', { message: 'They have no such key that works.' })
        return { organisationId: key.organisation_id, details: { keyId, name: key.name, reason } }
      },
    }),
  scheduleDeletion: (acting, userId) =>
    change(acting, userId, {
      action: 'administration.deletion-scheduled',
      async make(trx, user) {
        refuseOneself(acting, userId, 'delete')
        await requireAnotherAdministrator(trx, userId)
        if (user.deletion_at) throw new AppError('conflict', { message: 'They will be deleted already.' })
        const deleteAt = await profiles.deletions.schedule(trx, userId)
        return { details: { deletionAt: deleteAt.toISOString() } }
      },
    }),
  cancelDeletion: (acting, userId) =>
    change(acting, userId, {
      action: 'administration.deletion-cancelled',
      async make(trx, user) {
        if (!user.deletion_at) throw new AppError('conflict', { message: 'They will not be deleted.' })
        await profiles.deletions.cancel(trx, userId)
        return {}
      },
    }),
})

function refuseOneself({ principal }: Acting, userId: string, verb: 'suspend' | 'delete'): void {
  if (principal.userId !== userId) return
  throw new AppError('conflict', { message: `You cannot ${verb} yourself here.` })
}

/** Somebody has to be left who can run the portal. @throws AppError conflict */
async function requireAnotherAdministrator(trx: Kysely<Tables>, userId: string): Promise<void> {
  const administrators = await store.lockAdministrators(trx)
  if (!administrators.includes(userId) || administrators.length > 1) return
  throw new AppError('conflict', {
    message: 'They are the last administrator of this portal. Make somebody else one first.',
  })
}
