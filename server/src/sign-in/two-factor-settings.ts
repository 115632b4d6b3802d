import type { Kysely } from 'kysely'
import { toDataURL } from 'qrcode'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { Credentials } from './credentials.ts'
import type { SignInDeps } from './deps.ts'
import { createProvenChange, isOn } from './proven-change.ts'
import type { SecondFactors } from './second-factor.ts'
import { securityPage } from './security-page.ts'
import * as store from './store.ts'
import { newTotpSecret, otpauthUrl } from './totp.ts'
import { confirmTwoFactor, deleteTwoFactor, putTwoFactor } from './two-factor-store.ts'

/** Turning two-factor sign-in on and off; the same for a person and for their key with full access. */
export type TwoFactorSettings = {
  /** @throws AppError conflict where it is on */
  setUp: (principal: Principal) => Promise<{ secret: string; qrCode: string; otpauthUrl: string }>
  /** Turns it on; resolves to the backup codes. @throws AppError conflict, invalid_code, rate_limit_exceeded */
  confirm: (principal: Principal, code: string, caller: Caller) => Promise<string[]>
  /** @throws AppError conflict, invalid_code, invalid_credentials, sign_in_not_recent, rate_limit_exceeded */
  disable: (principal: Principal, given: Disabling, caller: Caller) => Promise<void>
  /** @throws AppError conflict, invalid_code, rate_limit_exceeded */
  renewBackupCodes: (principal: Principal, code: string, caller: Caller) => Promise<string[]>
}

type Disabling = { password?: string | undefined; token: string }
type Parts = { factors: SecondFactors; credentials: Pick<Credentials, 'requireProof'> }

/** Builds the settings. */
export function createTwoFactorSettings(
  deps: SignInDeps,
  { factors, credentials }: Parts,
): TwoFactorSettings {
  const { db, secrets, mail, now } = deps
  const makeChange = createProvenChange(deps, factors)
  const tell = (trx: Kysely<Tables>, { email: to, name }: store.PersonRow, isOnNow: boolean) =>
    mail.send(trx, {
      ...{ kind: 'two-factor-changed', to, name, isOn: isOnNow, at: new Date(now()), path: securityPage },
    })

  return {
    async setUp({ userId }) {
      const person = await store.findPerson(db, userId)
      if (!person) throw new AppError('not_found')
      const secret = newTotpSecret()
      const isStored = await putTwoFactor(db, userId, await secrets.encrypt(secret, userId))
      if (!isStored) throw new AppError('conflict', { message: isOn })
      const url = otpauthUrl(secret, person.email)
      return { secret, qrCode: await toDataURL(url, { margin: 2, width: 240 }), otpauthUrl: url }
    },
    confirm: (principal, code, caller) =>
      makeChange(
        { ...{ principal, caller }, ...withTotp(code), needs: 'begun', action: 'user.two-factor-enabled' },
        async (trx, person) => {
          await confirmTwoFactor(trx, person.id, new Date(now()))
          await tell(trx, person, true)
          return factors.renewBackupCodes(trx, person.id)
        },
      ),
    async disable(principal, { password, token }, caller) {
      await credentials.requireProof(principal, password)
      const proof = { code: token, as: ['totp', 'backup-code'] } as const
      await makeChange(
        { principal, caller, proof, needs: 'on', action: 'user.two-factor-disabled' },
        async (trx, person) => {
          await deleteTwoFactor(trx, person.id)
          await tell(trx, person, false)
        },
      )
    },
    renewBackupCodes: (principal, code, caller) =>
      makeChange(
        { ...{ principal, caller }, ...withTotp(code), needs: 'on', action: 'user.backup-codes-renewed' },
        (trx, { id }) => factors.renewBackupCodes(trx, id),
      ),
  }
}

const withTotp = (code: string) => ({ proof: { code, as: ['totp'] } as const })
