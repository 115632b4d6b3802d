// The second factor of one person: what it is, and that each proof of it counts once. Whoever tries holds the row, so
// that of many tries at once one after another is judged.
import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
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
   * @throws AppError rate_limit_exceeded while it is locked
   */
  prove: (trx: Db, factor: TwoFactorRow, proof: Proof) => Promise<ProofOutcome>
  /** Ten new backup codes in place of what there was. */
  renewBackupCodes: (trx: Db, userId: string) => Promise<string[]>
}

const failuresMax = 10
/** How long too many wrong codes lock a second factor, in milliseconds. */
export const lockMs = 15 * 60_000

/** Builds them. `now` is in milliseconds since 1970. */
export function createSecondFactors({
  secrets,
  now,
}: {
  secrets: Secrets
  now: () => number
}): SecondFactors {
  return {
    lock: (trx, userId) =>
      trx.selectFrom('two_factors').selectAll().where('user_id', '=', userId).forUpdate().executeTakeFirst(),
    async prove(trx, factor, proof) {
      requireUnlocked(factor, now())
      const found = (await proveTotp(trx, factor, proof)) ?? (await useBackupCode(trx, factor, proof))
      if (found) return found
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

  async function proveTotp(trx: Db, factor: TwoFactorRow, { code, as }: Proof): Promise<'totp' | null> {
    if (!as.includes('totp')) return null
    const secret = await secrets.decrypt(factor.secret, factor.user_id)
    const step = stepOfCode(secret, code.replace(/\s/g, ''), now())
    if (step === null || BigInt(step) <= factor.last_step) return null
    await trx
      .updateTable('two_factors')
      .set({ last_step: BigInt(step), failures: 0 })
      .where('user_id', '=', factor.user_id)
      .execute()
    return 'totp'
  }

  async function useBackupCode(
    trx: Db,
    { user_id: userId }: TwoFactorRow,
    { code, as }: Proof,
  ): Promise<'backup-code' | null> {
    if (!as.includes('backup-code')) return null
    const { numDeletedRows } = await trx
      .deleteFrom('backup_codes')
      .where('user_id', '=', userId)
      .where('hash', '=', hashOf(userId, code))
      .executeTakeFirst()
    if (numDeletedRows === 0n) return null
    await trx.updateTable('two_factors').set({ failures: 0 }).where('user_id', '=', userId).execute()
    return 'backup-code'
  }

  function hashOf(userId: string, code: string): Buffer {
    return secrets.hash(`backup code ${userId} ${plainBackupCode(code)}`)
  }
}

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
