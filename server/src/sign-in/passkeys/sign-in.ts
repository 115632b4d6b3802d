// Signing in with a passkey: as the only proof where the device has verified who uses it, or as the second of two.
import type { PasskeyAssertion, SignedInUser } from '@portal/contract'
import {
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import type { Kysely } from 'kysely'
import { recordAudit } from '../../audit/index.ts'
import type { Tables } from '../../db/index.ts'
import { AppError } from '../../errors.ts'
import type { Caller } from '../../http/index.ts'
import { networkOf } from '../../throttle/index.ts'
import type { Challenge, Challenges } from '../challenges.ts'
import type { SignInDeps } from '../deps.ts'
import type { Entry } from '../entry.ts'
import { askingPasskeys, signingIn } from '../limits.ts'
import { securityPage } from '../security-page.ts'
import { findPerson, type PersonRow } from '../store.ts'
import { lifeSeconds, type PasskeyChallenge, type PasskeyChallenges } from './challenges.ts'
import { descriptorOf } from './passkey.ts'
import { requireSite } from './site.ts'
import * as store from './store.ts'
import { type Assertion, checkAssertion } from './verification.ts'

/** Signing in with a passkey, in two steps. */
export type PasskeySignIn = {
  /**
   * What the browser asks its passkeys with: those of whoever has a sign-in waiting there, else any.
   * @throws AppError conflict where they do not work, rate_limit_exceeded
   */
  beginSignIn: (caller: Caller) => Promise<PublicKeyCredentialRequestOptionsJSON>
  /**
   * Signs in with what the browser answered. The try was counted before, and is given back where it is right.
   * @throws AppError no_sign_in, invalid_passkey, email_not_verified, conflict
   */
  signIn: (answer: PasskeyAssertion, caller: Caller) => Promise<SignedInUser>
}

type Parts = { challenges: PasskeyChallenges; waiting: Challenges; entry: Entry }
type Judged = { user: SignedInUser } | 'may be a copy' | 'gone'

/** Builds it. */
export function createPasskeySignIn(deps: SignInDeps, parts: Parts): PasskeySignIn {
  const { db, throttles, givenUrl } = deps
  const judge = createJudge(deps, parts)
  return {
    async beginSignIn(caller) {
      const { rpId } = requireSite(caller.req, givenUrl)
      await throttles.take(askingPasskeys, networkOf(caller.address))
      const half = await parts.waiting.findWaiting(db, caller)
      const userId = half?.userId ?? null
      const passkeys = userId === null ? null : await requirePasskeys(db, userId, rpId)
      const purpose = passkeys ? 'second-factor' : 'sign-in'
      return generateAuthenticationOptions({
        rpID: rpId,
        challenge: await parts.challenges.begin(db, { purpose, userId }, caller),
        timeout: lifeSeconds * 1000,
        ...(passkeys && { allowCredentials: passkeys.map(descriptorOf) }),
        userVerification: passkeys ? 'preferred' : 'required',
      })
    },
    async signIn(answer, caller) {
      const site = requireSite(caller.req, givenUrl)
      // Used up whatever comes of it: of answers to one challenge, a single one is judged.
      const asked = await parts.challenges.take(db, ['sign-in', 'second-factor'], caller)
      if (!asked) throw new AppError('no_sign_in', { message: tooLate })
      const isOnlyProof = asked.userId === null
      const passkey = await store.findByCredential(db, answer.id)
      if (!passkey || !(isOnlyProof || passkey.user_id === asked.userId))
        throw new AppError('invalid_passkey')
      const { challenge } = asked
      const use = await checkAssertion(answer, passkey, { site, challenge, isOnlyProof })
      const half = await halfOf(asked, caller)
      // What may be a copy is to be remembered, so that transaction is committed like any other.
      const judged = await db.transaction().execute((trx) => judge(trx, { passkey, use, half, caller }))
      if (judged === 'gone') throw new AppError('invalid_passkey')
      if (judged === 'may be a copy') throw new AppError('invalid_passkey', { message: mayBeCopy })
      await throttles.giveBack(signingIn, networkOf(caller.address))
      return judged.user
    },
  }

  /** The sign-in that waits for this proof; null where it needs no other. */
  async function halfOf({ userId }: PasskeyChallenge, caller: Caller): Promise<Challenge | null> {
    if (userId === null) return null
    const half = await parts.waiting.find(db, caller)
    if (half.userId !== userId) throw new AppError('no_sign_in')
    return half
  }
}

/** Without one the browser would be asked for any. */
async function requirePasskeys(db: Kysely<Tables>, userId: string, rpId: string) {
  const passkeys = await store.listPasskeys(db, userId)
  const usable = passkeys.filter((passkey) => passkey.rp_id === rpId)
  if (usable.length > 0) return usable
  throw new AppError('conflict', { message: 'You have no passkey that works here. Use a code.' })
}

type Used = { passkey: store.PasskeyRow; use: Assertion; half: Challenge | null; caller: Caller }

/** Lets whoever has shown a passkey in, unless its count says that there are two of it. */
function createJudge({ mail, now }: SignInDeps, { waiting, entry }: Parts) {
  return async (trx: Kysely<Tables>, { passkey, use, half, caller }: Used): Promise<Judged> => {
    const { id, user_id: userId } = passkey
    const person = await findPerson(trx, userId)
    if (!person) return 'gone'
    if (!(await store.noteUse(trx, { id, ...use, at: new Date(now()) }))) {
      if (!(await store.findByCredential(trx, passkey.credential_id))) return 'gone'
      await noteCopy(trx, { person, passkey, caller })
      return 'may be a copy'
    }
    if (!person.email_verified) throw new AppError('email_not_verified')
    if (half) await waiting.end(trx, half, caller)
    return { user: await entry.letIn(trx, { person, method: half?.method ?? 'passkey' }, caller) }
  }

  async function noteCopy(trx: Kysely<Tables>, { person, passkey, caller }: Copied): Promise<void> {
    const atMs = now()
    await recordAudit(trx, {
      action: 'user.passkey-refused',
      ...{ atMs, organisationId: null, actorId: null, subjectId: person.id, from: caller },
      details: { passkeyId: passkey.id, name: passkey.name },
    })
    await mail.send(trx, {
      ...{ kind: 'passkey-refused', to: person.email, name: person.name, path: securityPage },
      ...{ passkey: passkey.name, at: new Date(atMs) },
    })
  }
}

type Copied = { person: PersonRow; passkey: store.PasskeyRow; caller: Caller }

const tooLate = 'This sign-in took too long, or was begun in another browser. Begin again.'
const mayBeCopy =
  'This passkey may have been copied, so it was not taken. Sign in another way, remove it, and add a new one.'
