// The second factor of one person: what it is, and that each proof of it counts once. Whoever tries holds the row, so
// that of many tries at once one after another is judged.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log/index.ts'
import type { Secrets } from '../secrets/index.ts'
import { newBackupCodes, plainBackupCode, stepOfCode } from './totp.ts'
import type { TwoFactorRow } from './two-factor-store.ts'
import * as store from './two-factor-store.ts'

type Db = Kysely<Tables>

/** What somebody typed, and how it may be meant. */
export type Proof = { code: string; as: readonly ('totp' | 'backup-code')[] }
/** How a try ended; `locked` is the one that locked the second factor. */
export type ProofOutcome = 'totp' | 'backup-code' | 'wrong' | 'locked'

/** The second factors of a portal. */
export type SecondFactors = {
  /** The row under a lock that lasts until the transaction ends; undefined where nothing is set up. */
  lock: (trx: Db, userId: string) => Promise<TwoFactorRow | undefined>
  /**
   * Judges a try and writes down what came of it: the transaction has to be committed whatever that is.
   * @throws AppError rate_limit_exceeded while it is locked, conflict where it can no longer be judged
   */
  prove: (trx: Db, factor: TwoFactorRow, proof: Proof) => Promise<ProofOutcome>
  /** Ten new backup codes in place of what there was. */
  renewBackupCodes: (trx: Db, userId: string) => Promise<string[]>
}

const failuresMax = 10
/** How long too many wrong codes lock a second factor, in milliseconds. */
export const lockMs = 15 * 60_000

type Opened = { secret: string } | { err: unknown }

type SecondFactorsDeps = {
  secrets: Secrets
  log: Pick<Log, 'error'>
  /** Milliseconds since 1970. */
  now: () => number
}

/** Builds them. */
export function createSecondFactors({ secrets, log, now }: SecondFactorsDeps): SecondFactors {
  const hashOf = (userId: string, code: string): Buffer =>
    secrets.hash(`backup code ${userId} ${plainBackupCode(code)}`)

  const stepOf = (opened: Opened, code: string): number | null =>
    'secret' in opened ? stepOfCode(opened.secret, code.replace(/\s/g, ''), now()) : null

  return {
    lock: store.lockTwoFactor,
    async prove(trx, factor, { code, as }) {
      requireUnlocked(factor, now())
      const { user_id: userId } = factor
      const opened = await open(factor)
      const step = as.includes('totp') ? stepOf(opened, code) : null
      if (step !== null && (await store.useStep(trx, userId, step))) return 'totp'
      if (as.includes('backup-code') && (await store.useBackupCode(trx, userId, hashOf(userId, code))))
        return 'backup-code'
      // Nothing that is typed could be right: it is no failure of whoever tries.
      if ('err' in opened) throw unreadable(factor, opened)
      return (await countFailure(trx, factor, now())) ? 'locked' : 'wrong'
    },
    async renewBackupCodes(trx, userId) {
      const codes = newBackupCodes()
      const hashes = codes.map((code) => hashOf(userId, code))
      await store.replaceBackupCodes(trx, userId, hashes)
      return codes
    },
  }

  /** The app's secret as it was before it was encrypted; the error where the portal's own is another by now. */
  function open({ secret, user_id: userId }: TwoFactorRow): Promise<Opened> {
    return secrets.decrypt(secret, userId).then(
      (text) => ({ secret: text }),
      (err: unknown) => ({ err }),
    )
  }

  function unreadable({ user_id: userId, confirmed_at: since }: TwoFactorRow, { err }: { err: unknown }) {
    log.error({ err, userId }, 'a second factor was stored under another PORTAL_SECRET: see reset-2fa')
    return new AppError('conflict', { message: since ? isUnreadable : isUnreadableBegun })
  }
}

const isUnreadable =
  'Your authenticator app and backup codes can no longer be checked: the secret of this portal was changed or lost. Use a passkey, or ask whoever runs the portal to turn two-factor sign-in off for you (npm run admin -- reset-2fa).'
const isUnreadableBegun = 'This setup can no longer be finished. Begin again with POST /api/auth/2fa/setup.'

function requireUnlocked({ locked_until: until }: TwoFactorRow, nowMs: number): void {
  if (!until || until.getTime() <= nowMs) return
  const seconds = Math.ceil((until.getTime() - nowMs) / 1000)
  throw new AppError('rate_limit_exceeded', {
    message: `Too many wrong codes. Wait ${Math.ceil(seconds / 60)} minutes, then try again.`,
    headers: { 'retry-after': String(seconds) },
  })
}

/** True where this failure locks it. */
async function countFailure(trx: Db, { user_id: userId, failures }: TwoFactorRow, nowMs: number) {
  const isLocked = failures + 1 >= failuresMax
  const lock = { failures: 0, locked_until: new Date(nowMs + lockMs) }
  await store.setFailures(trx, userId, isLocked ? lock : { failures: failures + 1 })
  return isLocked
}
