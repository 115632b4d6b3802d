// What follows a first proof of who somebody is, whatever it was: a second one where they want it, else a session.
import type { SecondFactor, Session, SignedInUser } from '@portal/contract'
import type { Kysely } from 'kysely'
import { recordOwnAct } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/index.ts'
import { networkOf } from '../throttle/index.ts'
import type { Challenges } from './challenges.ts'
import type { SignInDeps } from './deps.ts'
import { signedInUser } from './signed-in-user.ts'
import * as store from './store.ts'

/** Somebody is in, or has to show a second proof. */
export type Entered =
  | { redirect: false; user: SignedInUser }
  | { twoFactorRedirect: true; twoFactorMethods: SecondFactor[] }

type Proven = { person: store.PersonRow; method: Session['method'] }

/** The way to a session, and the one there is. */
export type Entry = {
  /** After a first proof. */
  enter: (trx: Kysely<Tables>, proven: Proven, caller: Caller) => Promise<Entered>
  /** After all of them: a session. */
  letIn: (trx: Kysely<Tables>, proven: Proven, caller: Caller) => Promise<SignedInUser>
}

/** Whether somebody has a passkey that works where the caller is. */
export type HasPasskey = (db: Kysely<Tables>, userId: string, caller: Caller) => Promise<boolean>

type Parts = { challenges: Challenges; hasPasskey: HasPasskey }

/** Builds the one way to a session. */
export function createEntry({ sessions, now }: SignInDeps, { challenges, hasPasskey }: Parts): Entry {
  async function letIn(trx: Kysely<Tables>, { person, method }: Proven, caller: Caller) {
    requireNotSuspended(person)
    const organisationId = await store.findHome(trx, person.id)
    if (!organisationId) {
      throw new AppError('permission_denied', {
        message: 'You are in no organisation. Ask for an invitation.',
      })
    }
    await sessions.begin(trx, { userId: person.id, organisationId, method }, caller)
    const atMs = now()
    await store.putKnownNetwork(trx, {
      user_id: person.id,
      network: networkOf(caller.address),
      last_used_at: new Date(atMs),
    })
    const act = { atMs, organisationId, userId: person.id, from: caller, details: { method } }
    await recordOwnAct(trx, { action: 'user.signed-in', ...act })
    return signedInUser(person)
  }
  return {
    async enter(trx, proven, caller) {
      const { person, method } = proven
      requireNotSuspended(person)
      if (person.two_factor_since === null) return { redirect: false, user: await letIn(trx, proven, caller) }
      await challenges.begin(trx, { userId: person.id, method }, caller)
      const passkey = (await hasPasskey(trx, person.id, caller)) ? (['passkey'] as const) : []
      return { twoFactorRedirect: true, twoFactorMethods: ['totp', ...passkey, 'backup-code'] }
    },
    letIn,
  }
}

/** Said to whoever has proven that it is they. @throws AppError account_suspended */
function requireNotSuspended({ suspended_at, suspend_reason }: store.PersonRow): void {
  if (!suspended_at) return
  throw new AppError('account_suspended', {
    message: `Your account is suspended: ${suspend_reason ?? ''} Ask whoever runs the portal.`,
  })
}
