import {
  type ActingOrganisation,
  type Impersonation,
  isId,
  type Session,
  type SignedInUser,
} from '@portal/contract'
import type { Kysely } from 'kysely'
import { type AuditAction, recordOwnAct } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { SignInDeps } from './deps.ts'
import { signedInUser } from './signed-in-user.ts'
import * as store from './store.ts'

type Current = {
  session: Session
  user: SignedInUser
  organisation: ActingOrganisation
  impersonation: Impersonation | null
}

/** The devices that people are signed in on. */
export type Devices = {
  /** Who asks, on which device and for which organisation; null where nobody is signed in. */
  current: (caller: Caller) => Promise<Current | null>
  list: (principal: Principal) => Promise<Session[]>
  /** Signs the asking device out; whoever is signed out already stays so. */
  signOut: (caller: Caller) => Promise<void>
  /** @throws AppError not_found */
  end: (principal: Principal, sessionId: string, caller: Caller) => Promise<void>
  endOthers: (principal: Principal, caller: Caller) => Promise<void>
}

/** Builds them. */
export function createDevices({ db, sessions, now }: Pick<SignInDeps, 'db' | 'sessions' | 'now'>): Devices {
  type Act = (trx: Kysely<Tables>) => Promise<unknown>
  /** Does and remembers it, and lets this process know at once. */
  async function changing(principal: Principal, { action, caller, act }: Changing<Act>): Promise<void> {
    const { userId, organisationId } = principal
    await db.transaction().execute(async (trx) => {
      await act(trx)
      await recordOwnAct(trx, { action, atMs: now(), organisationId, userId, from: caller })
    })
    sessions.forget(userId)
  }

  const endThis = (trx: Kysely<Tables>, principal: Principal) =>
    sessions.end(trx, principal.userId, sessionIdOf(principal))
  /** Whoever signs out in somebody's name is signed out altogether. */
  async function endBoth(trx: Kysely<Tables>, principal: Principal): Promise<void> {
    const ended = await sessions.endAs(trx, sessionIdOf(principal), null)
    if (ended) await sessions.end(trx, ended.administratorId, ended.administratorSessionId)
  }

  return {
    async current(caller) {
      const current = await sessions.current(caller)
      const person = current && (await store.findPerson(db, current.session.userId))
      return current && person ? { ...current, user: signedInUser(person) } : null
    },
    list: (principal) => sessions.list(principal.userId, sessionIdOf(principal)),
    async signOut(caller) {
      const principal = await sessions.findLiving(caller)
      if (principal) {
        const { impersonatorId = null } = principal.person ?? {}
        const from = { ...caller, impersonatorId }
        const act: Act = (trx) => (impersonatorId ? endBoth(trx, principal) : endThis(trx, principal))
        const action = impersonatorId ? 'administration.impersonation-ended' : 'user.signed-out'
        await changing(principal, { action, caller: from, act })
      }
      caller.setCookie(sessions.farewell())
    },
    end: (principal, sessionId, caller) =>
      changing(principal, {
        action: 'user.session-ended',
        caller,
        async act(trx) {
          const isEnded = isId('session', sessionId) && (await sessions.end(trx, principal.userId, sessionId))
          if (!isEnded) throw new AppError('not_found')
        },
      }),
    endOthers: (principal, caller) =>
      changing(principal, {
        action: 'user.session-ended',
        caller,
        act: (trx) => sessions.endAll(trx, principal.userId, sessionIdOf(principal)),
      }),
  }
}

type Changing<Act> = { action: AuditAction; caller: Caller; act: Act }

const sessionIdOf = ({ person }: Principal): string => person?.sessionId ?? ''
