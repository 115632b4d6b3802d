import type { Kysely } from 'kysely'
import { type AuditAction, recordOwnAct } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { SignInDeps } from './deps.ts'
import type { Proof, SecondFactors } from './second-factor.ts'
import * as store from './store.ts'
import { tellOwner } from './two-factor-sign-in.ts'
import type { TwoFactorRow } from './two-factor-store.ts'

/** A change of somebody's second factor, by themselves, with a proof of it. */
export type Change = {
  principal: Principal
  caller: Caller
  proof: Proof
  /** Whether the second factor has to be on, or set up and not on yet. */
  needs: 'on' | 'begun'
  action: AuditAction
}

/**
 * Makes a change once it is proven, and signs every other device out.
 * @throws AppError conflict, invalid_code, rate_limit_exceeded
 */
export type MakeProvenChange = <T>(
  change: Change,
  act: (trx: Kysely<Tables>, person: store.PersonRow) => Promise<T>,
) => Promise<T>

/** Builds it. */
export function createProvenChange(deps: SignInDeps, factors: SecondFactors): MakeProvenChange {
  const { db, sessions, now } = deps
  return async (change, act) => {
    const { principal, proof, caller, needs, action } = change
    const { userId, organisationId, key, person: inPerson } = principal
    // A wrong code has to be counted, so that transaction is committed like any other.
    const done = await db.transaction().execute(async (trx) => {
      const factor = requireState(await factors.lock(trx, userId), needs)
      const person = await store.findPerson(trx, userId)
      if (!person) throw new AppError('not_found')
      const outcome = await factors.prove(trx, factor, proof)
      await tellOwner(trx, deps, { person, outcome, caller })
      if (outcome === 'wrong' || outcome === 'locked') return null
      const value = await act(trx, person)
      await sessions.endAll(trx, userId, inPerson?.sessionId ?? null)
      const actorKeyId = key?.id ?? null
      await recordOwnAct(trx, { action, atMs: now(), organisationId, userId, actorKeyId, from: caller })
      return { value }
    })
    if (!done) throw new AppError('invalid_code')
    sessions.forget(userId)
    return done.value
  }
}

function requireState(factor: TwoFactorRow | undefined, needs: Change['needs']): TwoFactorRow {
  const state = !factor ? 'off' : factor.confirmed_at ? 'on' : 'begun'
  if (factor && state === needs) return factor
  throw new AppError('conflict', { message: state === 'on' ? isOn : needs === 'on' ? isOff : isNotBegun })
}

/** Said of a second factor that is to be set up where one is. */
export const isOn = 'Two-factor sign-in is on already. Turn it off first to set it up anew.'
const isOff = 'Two-factor sign-in is not on.'
const isNotBegun = 'Begin with POST /api/auth/2fa/setup.'
