import { randomInt } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

const periodSeconds = 30

/** An authenticator app's side of a secret (RFC 6238: SHA-1, six digits, 30 seconds, which every app knows). */
const totpOf = (secret: string, email = ''): TOTP =>
  new TOTP({
    issuer: 'LLMPortal',
    label: email,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: 6,
    period: periodSeconds,
  })

/** 160 random bits, in base 32. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

/** What authenticator apps take a secret from. */
export const otpauthUrl = (secret: string, email: string): string => totpOf(secret, email).toString()

/** The time step whose code it is, of the present one and its neighbours; null where it is none of theirs. */
export function stepOfCode(secret: string, code: string, atMs: number): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const delta = totpOf(secret).validate({ token: code, window: 1, timestamp: atMs })
  return delta === null ? null : Math.floor(atMs / 1000 / periodSeconds) + delta
}

const letters = '23456789abcdefghjkmnpqrstuvwxyz'

/** Ten codes of 49 random bits each, e.g. `k3f9q-x27ma`. */
export const newBackupCodes = (): string[] =>
  Array.from({ length: 10 }, () => {
    const text = Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('')
    return `${text.slice(0, 5)}-${text.slice(5)}`
  })

/** A backup code as it is compared: however it was typed. */
export const plainBackupCode = (code: string): string => code.toLowerCase().replace(/[^a-z0-9]/g, '')
