// The second factor of one person: what it is, and that each proof of it counts once. Whoever tries holds the row, so
// that of many tries at once one after another is judged.
import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log/index.ts'
import type { Secrets } from '../secrets/index.ts'
import { newBackupCodes, plainBackupCode, stepOfCode } from './totp.ts'

type Db = Kysely<Tables>
type TwoFactorRow = Selectable<Tables['two_factors']>

/** What somebody typed, and how it may be meant. */
export type Proof = { code: string; as: readonly ('totp' | 'backup-code')[] }
/** How a try ended; `locked` is the one that locked the second factor. */
export type ProofOutcome = 'totp' | 'backup-code' | 'wrong' | 'locked'

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
    lock: (trx, userId) =>
      trx.selectFrom('two_factors').selectAll().where('user_id', '=', userId).forUpdate().executeTakeFirst(),
    async prove(trx, factor, { code, as }) {
      requireUnlocked(factor, now())
      const { user_id: userId } = factor
      const opened = await open(factor)
      if (as.includes('totp') && (await useStep(trx, factor, stepOf(opened, code)))) return 'totp'
      if (as.includes('backup-code') && (await useBackupCode(trx, userId, hashOf(userId, code))))
        return 'backup-code'
      // Nothing that is typed could be right: it is no failure of whoever tries.
      if ('err' in opened) throw unreadable(factor, opened)
      return (await countFailure(trx, factor, now())) ? 'locked' : 'wrong'
    },
    async renewBackupCodes(trx, userId) {
      const codes = newBackupCodes()
      await trx.deleteFrom('backup_codes').where('user_id', '=', userId).execute()
      await trx
        .insertInto('backup_codes')
        .values(codes.map((code) => ({ user_id: userId, hash: hashOf(userId, code) })))
        .execute()
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

/** Uses a time step up, and all before it; false where it is none, or was used. */
async function useStep(trx: Db, factor: TwoFactorRow, step: number | null): Promise<boolean> {
  if (step === null || BigInt(step) <= factor.last_step) return false
  await trx
    .updateTable('two_factors')
    .set({ last_step: BigInt(step), failures: 0 })
    .where('user_id', '=', factor.user_id)
    .execute()
  return true
}

/** Uses a backup code up; false where there is none of that hash. */
async function useBackupCode(trx: Db, userId: string, hash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('backup_codes')
    .where('user_id', '=', userId)
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (numDeletedRows === 0n) return false
  await trx.updateTable('two_factors').set({ failures: 0 }).where('user_id', '=', userId).execute()
  return true
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
  await trx
    .updateTable('two_factors')
    .set(isLocked ? { failures: 0, locked_until: new Date(nowMs + lockMs) } : { failures: failures + 1 })
    .where('user_id', '=', userId)
    .execute()
  return isLocked
}
