import { toDataURL } from 'qrcode'
import type { Kysely } from 'kysely'
import { verifyPassword } from '../accounts/index.ts'
import { type AuditAction, recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { SignInDeps } from './deps.ts'
import { guessing } from './limits.ts'
import type { Proof, SecondFactors } from './second-factor.ts'
import * as store from './store.ts'
import { newTotpSecret, otpauthUrl } from './totp.ts'
import { note } from './two-factor-sign-in.ts'

/** Turning two-factor sign-in on and off; the same for a person and for their key with full access. */
export type TwoFactorSettings = {
  /** @throws AppError conflict where it is on */
  setUp: (principal: Principal) => Promise<{ secret: string; qrCode: string; otpauthUrl: string }>
  /** @throws AppError conflict, invalid_code, rate_limit_exceeded */
  confirm: (principal: Principal, code: string, caller: Caller) => Promise<string[]>
  /** @throws AppError conflict, invalid_code, invalid_credentials, rate_limit_exceeded */
  disable: (
    principal: Principal,
    given: { password?: string | undefined; token: string },
    caller: Caller,
  ) => Promise<void>
  /** @throws AppError conflict, invalid_code, rate_limit_exceeded */
  renewBackupCodes: (principal: Principal, code: string, caller: Caller) => Promise<string[]>
}

const isOn = 'Two-factor sign-in is on already. Turn it off first to set it up anew.'
const isOff = 'Two-factor sign-in is not on.'
const isNotBegun = 'Begin with POST /api/auth/2fa/setup.'

/** Builds the settings. */
export function createTwoFactorSettings(deps: SignInDeps, factors: SecondFactors): TwoFactorSettings {
  const { db, secrets, throttles, mail, sessions, now } = deps

  /** Judges a proof; what follows happens in the same transaction, and a wrong one is counted. */
  async function proven<T>(asked: Asked, act: (trx: Kysely<Tables>, person: store.PersonRow) => Promise<T>) {
    const { principal, proof, caller, isConfirmed } = asked
    const done = await db.transaction().execute(async (trx) => {
      const factor = await factors.lock(trx, principal.userId)
      const person = await store.findPerson(trx, principal.userId)
      if (!person || !factor) throw conflict(isConfirmed ? isOff : isNotBegun)
      if ((factor.confirmed_at !== null) !== isConfirmed) throw conflict(isConfirmed ? isOff : isOn)
      const outcome = await factors.prove(trx, factor, proof)
      await note(trx, deps, { person, outcome, caller })
      return outcome === 'wrong' || outcome === 'locked' ? null : { value: await act(trx, person) }
    })
    if (!done) throw new AppError('invalid_code')
    return done.value
  }

  const remember = (trx: Kysely<Tables>, action: AuditAction, { principal, caller }: Asked) =>
    recordAudit(trx, {
      action,
      atMs: now(),
      organisationId: principal.organisationId,
      actorId: principal.userId,
      actorKeyId: principal.key?.id ?? null,
      subjectId: principal.userId,
      from: caller,
    })
  const endOthers = (trx: Kysely<Tables>, { userId, person }: Principal) =>
    sessions.endAll(trx, userId, person?.sessionId ?? null)

  return {
    async setUp({ userId }) {
      const person = await store.findPerson(db, userId)
      if (!person) throw new AppError('not_found')
      const secret = newTotpSecret()
      const isStored = await store.putTwoFactor(db, userId, await secrets.encrypt(secret, userId))
      if (!isStored) throw conflict(isOn)
      const url = otpauthUrl(secret, person.email)
      return { secret, qrCode: await toDataURL(url, { margin: 2, width: 240 }), otpauthUrl: url }
    },
    confirm(principal, code, caller) {
      const asked = { principal, caller, proof: { code, as: ['totp'] }, isConfirmed: false } as const
      return proven(asked, async (trx, { id, name, email }) => {
        await store.confirmTwoFactor(trx, id, new Date(now()))
        const codes = await factors.renewBackupCodes(trx, id)
        await endOthers(trx, principal)
        await remember(trx, 'user.two-factor-enabled', asked)
        await mail.send(trx, { kind: 'two-factor-enabled', to: email, name })
        return codes
      })
    },
    async disable(principal, { password, token }, caller) {
      await checkPassword(principal, password)
      const proof = { code: token, as: ['totp', 'backup-code'] } as const
      const asked = { principal, caller, proof, isConfirmed: true } as const
      await proven(asked, async (trx, { id, name, email }) => {
        await store.deleteTwoFactor(trx, id)
        await endOthers(trx, principal)
        await remember(trx, 'user.two-factor-disabled', asked)
        await mail.send(trx, { kind: 'two-factor-disabled', to: email, name })
      })
    },
    renewBackupCodes(principal, code, caller) {
      const asked = { principal, caller, proof: { code, as: ['totp'] }, isConfirmed: true } as const
      return proven(asked, async (trx, { id }) => {
        const codes = await factors.renewBackupCodes(trx, id)
        await endOthers(trx, principal)
        await remember(trx, 'user.backup-codes-renewed', asked)
        return codes
      })
    },
  }

  async function checkPassword({ userId }: Principal, password: string | undefined): Promise<void> {
    const person = await store.findPerson(db, userId)
    if (!person?.password) return
    await throttles.take(guessing, `${userId} signed in`)
    const isRight = password !== undefined && (await verifyPassword(person.password, password))
    if (!isRight) throw new AppError('invalid_credentials', { message: 'The password is wrong.', param: 'password' })
    await throttles.forget(guessing, `${userId} signed in`)
  }
}

type Asked = { principal: Principal; caller: Caller; proof: Proof; isConfirmed: boolean }

const conflict = (message: string): AppError => new AppError('conflict', { message })
