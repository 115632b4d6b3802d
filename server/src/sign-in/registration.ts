import type { RegisterBody } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import { hashPassword } from '../accounts/index.ts'
import { recordOwnAct } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/index.ts'
import type { SignInDeps } from './deps.ts'
import { askedForLink } from './jobs.ts'
import { askingForLinks, guessing, linkSubject } from './limits.ts'
import { type Addressee, mailLink, useLink } from './mail-links.ts'
import { securityPage } from './security-page.ts'
import * as store from './store.ts'

/** Signing up, and what is done by a link in a mail. */
export type Registration = {
  /** @throws AppError conflict */
  register: (body: z.output<typeof RegisterBody>, caller: Caller) => Promise<Registered>
  /** Confirms the address that a link was mailed to. @throws AppError invalid_token, conflict */
  verifyEmail: (token: string, caller: Caller) => Promise<{ email: string }>
  /** Answers alike whoever it is. */
  resendVerification: (email: string) => Promise<void>
  /** Answers alike whoever it is. */
  forgotPassword: (email: string) => Promise<void>
  /** Counts a link for a new password that is about to be mailed for somebody. @throws AppError rate_limit_exceeded */
  countResetLink: (userId: string) => Promise<void>
  /** Mails it. */
  mailResetLink: (trx: Kysely<Tables>, to: Addressee) => Promise<void>
  /** Signs every device out. @throws AppError invalid_token */
  resetPassword: (given: { token: string; password: string }, caller: Caller) => Promise<void>
}

type Registered = { id: string; name: string; email: string; requiresVerification: boolean }

/** Builds signing up. */
export function createRegistration(deps: SignInDeps): Registration {
  const { db, accounts, jobs, now } = deps
  return {
    async register({ name, email, password }, caller) {
      const { user } = await accounts.createUser({ name, email, password }, async (trx, made) => {
        await mailLink(trx, deps, { to: made.user, purpose: 'verify-email' })
        await recordOwnAct(trx, {
          action: 'user.registered',
          atMs: now(),
          organisationId: made.organisation.id,
          userId: made.user.id,
          from: caller,
        })
      })
      return { id: user.id, name: user.name, email: user.email, requiresVerification: true }
    },
    verifyEmail: (token, caller) => verifyEmail(deps, token, caller),
    async resendVerification(email) {
      await jobs.enqueue(db, askedForLink, { payload: { email, purpose: 'verify-email' } })
    },
    async forgotPassword(email) {
      await jobs.enqueue(db, askedForLink, { payload: { email, purpose: 'reset-password' } })
    },
    countResetLink: (userId) => deps.throttles.take(askingForLinks, linkSubject(userId, 'reset-password')),
    mailResetLink: (trx, to) => mailLink(trx, deps, { to, purpose: 'reset-password' }),
    resetPassword: (given, caller) => resetPassword(deps, given, caller),
  }
}

async function verifyEmail(deps: SignInDeps, token: string, caller: Caller): Promise<{ email: string }> {
  const { db, now } = deps
  return db.transaction().execute(async (trx) => {
    const nowMs = now()
    const link = await useLink(trx, { token, purposes: ['verify-email', 'change-email'], nowMs })
    if (!link) throw new AppError('invalid_token')
    const { userId, email } = link
    const isNew = link.purpose === 'change-email'
    if (isNew) await changeEmail(trx, deps, { userId, email })
    else await store.verifyEmail(trx, { userId, email, at: new Date(nowMs) })
    await recordOwnAct(trx, {
      action: isNew ? 'user.email-changed' : 'user.email-verified',
      ...{ atMs: nowMs, organisationId: null, userId, from: caller },
    })
    return { email }
  })
}

/** Puts a confirmed address in the place of the old one, which is told. @throws AppError conflict */
async function changeEmail(
  trx: Kysely<Tables>,
  { mail, now }: SignInDeps,
  { userId, email }: { userId: string; email: string },
): Promise<void> {
  const person = await store.findPerson(trx, userId)
  if (person?.pending_email !== email) throw new AppError('invalid_token')
  const isFree = await store.replaceEmail(trx, { userId, email, at: new Date(now()) })
  if (!isFree) throw new AppError('conflict', { message: 'Somebody else has this e-mail address by now.' })
  const { email: to, name } = person
  const at = new Date(now())
  await mail.send(trx, { kind: 'address-changed', to, name, newAddress: email, at, path: securityPage })
}

async function resetPassword(
  deps: SignInDeps,
  { token, password }: { token: string; password: string },
  caller: Caller,
): Promise<void> {
  const { db, throttles, sessions, mail, now } = deps
  // Before the transaction: hashing takes long enough to hold nobody up.
  const hash = await hashPassword(password)
  const { email, userId } = await db.transaction().execute(async (trx) => {
    const nowMs = now()
    const link = await useLink(trx, { token, purposes: ['reset-password'], nowMs })
    const person = link && (await store.findPerson(trx, link.userId))
    if (!link || !person || person.email !== link.email) throw new AppError('invalid_token')
    const at = new Date(nowMs)
    await store.putPassword(trx, { userId: person.id, password: hash, at })
    await store.verifyEmail(trx, { userId: person.id, email: link.email, at })
    await sessions.endAll(trx, person.id, null)
    const act = { atMs: nowMs, organisationId: null, userId: person.id, from: caller }
    await recordOwnAct(trx, { action: 'user.password-reset', ...act })
    const { email: to, name } = person
    await mail.send(trx, { kind: 'password-changed', to, name, at, path: securityPage })
    return { email: to, userId: person.id }
  })
  sessions.forget(userId)
  // Strangers who guessed must not keep the owner out any longer.
  await throttles.forget(guessing, `${email} elsewhere`)
}
