import type { SignedInUser } from '@portal/contract'
import type { Kysely } from 'kysely'
import { recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/index.ts'
import { networkOf } from '../throttle/index.ts'
import type { Challenge, Challenges } from './challenges.ts'
import type { SignInDeps } from './deps.ts'
import type { Entry } from './entry.ts'
import { signingIn } from './limits.ts'
import { lockMs, type Proof, type ProofOutcome, type SecondFactors } from './second-factor.ts'
import { securityPage } from './security-page.ts'
import * as store from './store.ts'
import { countBackupCodes } from './two-factor-store.ts'

/**
 * Finishes a sign-in with a second proof.
 * @throws AppError no_sign_in, invalid_code, rate_limit_exceeded; conflict where codes can no longer be judged
 */
export type TwoFactorSignIn = (proof: Proof, caller: Caller) => Promise<SignedInUser>

type Parts = { challenges: Challenges; factors: SecondFactors; entry: Entry }
type Judged = { user: SignedInUser } | { outcome: 'wrong' | 'locked' }

/** Builds it. */
export function createTwoFactorSignIn(deps: SignInDeps, parts: Parts): TwoFactorSignIn {
  const { db, throttles } = deps
  return async (proof, caller) => {
    const challenge = await parts.challenges.find(db, caller)
    // A wrong code has to be counted, so that transaction is committed like any other.
    const judged = await db.transaction().execute((trx) => judge(trx, { challenge, proof, caller }))
    if (!('user' in judged)) throw new AppError('invalid_code')
    await throttles.giveBack(signingIn, networkOf(caller.address))
    return judged.user
  }

  async function judge(
    trx: Kysely<Tables>,
    { challenge, proof, caller }: { challenge: Challenge; proof: Proof; caller: Caller },
  ): Promise<Judged> {
    const factor = await parts.factors.lock(trx, challenge.userId)
    const person = await store.findPerson(trx, challenge.userId)
    if (!factor?.confirmed_at || !person) throw new AppError('no_sign_in')
    const outcome = await parts.factors.prove(trx, factor, proof)
    await tellOwner(trx, deps, { person, outcome, caller })
    if (outcome === 'wrong' || outcome === 'locked') return { outcome }
    await parts.challenges.end(trx, challenge, caller)
    return { user: await parts.entry.letIn(trx, { person, method: challenge.method }, caller) }
  }
}

type Outcome = { person: store.PersonRow; outcome: ProofOutcome; caller: Caller }

/** Tells the owner what they should know of. */
export async function tellOwner(
  trx: Kysely<Tables>,
  { mail, now }: Pick<SignInDeps, 'mail' | 'now'>,
  { person, outcome, caller }: Outcome,
): Promise<void> {
  if (outcome !== 'backup-code' && outcome !== 'locked') return
  const { id, name, email } = person
  const atMs = now()
  const action = outcome === 'locked' ? 'user.two-factor-locked' : 'user.backup-code-used'
  await recordAudit(trx, {
    action,
    ...{ atMs, organisationId: null, actorId: null, subjectId: id, from: caller },
  })
  const told = { to: email, name, path: securityPage }
  if (outcome === 'locked') {
    const until = new Date(atMs + lockMs)
    await mail.send(trx, { ...told, kind: 'sign-in-locked', until, path: '/forgot-password' })
  } else {
    const left = await countBackupCodes(trx, id)
    await mail.send(trx, { ...told, kind: 'backup-code-used', left, at: new Date(atMs) })
  }
}
