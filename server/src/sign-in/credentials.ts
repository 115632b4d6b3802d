import { hashPassword, verifyPassword } from '../accounts/index.ts'
import { recordOwnAct } from '../audit/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { SignInDeps } from './deps.ts'
import { changingEmail, guessing } from './limits.ts'
import { mailLink } from './mail-links.ts'
import { securityPage } from './security-page.ts'
import * as store from './store.ts'

/** What somebody signs in with, changed by themselves. */
export type Credentials = {
  /**
   * Mails a link to the new address, which counts once that is followed.
   * @throws AppError conflict where somebody has it, sign_in_not_recent, rate_limit_exceeded
   */
  askForEmail: (principal: Principal, email: string) => Promise<void>
  /**
   * Signs every other device out. Whoever has no password yet gives none.
   * @throws AppError invalid_credentials, rate_limit_exceeded, sign_in_not_recent
   */
  changePassword: (principal: Principal, change: PasswordChange, caller: Caller) => Promise<void>
  /**
   * Asks for more than a session: the password, or of whoever has none a sign-in of the last ten minutes.
   * @throws AppError invalid_credentials, rate_limit_exceeded, sign_in_not_recent
   */
  requireProof: RequireProof
  /** For what would let somebody in for good. @throws AppError sign_in_not_recent, also for a key */
  requireRecentSignIn: (principal: Principal) => void
}

/** Makes sure that whoever asks is the account's owner, and not only has their session. */
export type RequireProof = (principal: Principal, password: string | undefined) => Promise<void>

type PasswordChange = { currentPassword?: string | undefined; newPassword: string }

/** Builds them. */
export function createCredentials(deps: SignInDeps): Credentials {
  const { db, throttles, sessions, mail, now } = deps

  const requireProof: RequireProof = async (principal, password) => {
    const { userId } = principal
    const person = await store.findPerson(db, userId)
    if (!person?.password) return requireRecentSignIn(principal, now())
    const guesser = `${userId} signed in`
    await throttles.take(guessing, guesser)
    const isRight = password !== undefined && (await verifyPassword(person.password, password))
    if (!isRight) throw new AppError('invalid_credentials', { message: 'The password is wrong.' })
    await throttles.forget(guessing, guesser)
  }

  return {
    requireProof,
    requireRecentSignIn: (principal) => requireRecentSignIn(principal, now()),
    async askForEmail(principal, email) {
      const { userId } = principal
      await throttles.take(changingEmail, userId)
      await db.transaction().execute(async (trx) => {
        const person = await store.findPerson(trx, userId)
        if (!person) throw new AppError('not_found')
        if (person.email === email) return store.setPendingEmail(trx, userId, null)
        if (await store.findPersonByEmail(trx, email))
          throw new AppError('conflict', { message: 'There is already a user with this e-mail address.' })
        // Whoever has the address has the account.
        requireRecentSignIn(principal, now())
        await store.setPendingEmail(trx, userId, email)
        const to = { id: userId, name: person.name, email }
        await mailLink(trx, deps, { to, purpose: 'change-email' })
      })
    },
    async changePassword(principal, { currentPassword, newPassword }, caller) {
      const { userId, organisationId, person: inPerson } = principal
      await requireProof(principal, currentPassword)
      const password = await hashPassword(newPassword)
      await db.transaction().execute(async (trx) => {
        const atMs = now()
        const person = await store.findPerson(trx, userId)
        if (!person) throw new AppError('not_found')
        await store.putPassword(trx, { userId, password, at: new Date(atMs) })
        await sessions.endAll(trx, userId, inPerson?.sessionId ?? null)
        const act = { atMs, organisationId, userId, from: caller }
        await recordOwnAct(trx, { action: 'user.password-changed', ...act })
        const { email: to, name } = person
        await mail.send(trx, { kind: 'password-changed', to, name, at: new Date(atMs), path: securityPage })
      })
      sessions.forget(userId)
    },
  }
}

const recentMs = 10 * 60_000

/** A key proves no sign-in at all. @throws AppError sign_in_not_recent */
function requireRecentSignIn({ person }: Principal, nowMs: number): void {
  const at = person?.signedInAtMs ?? null
  if (at === null || nowMs - at >= recentMs) throw new AppError('sign_in_not_recent')
}
