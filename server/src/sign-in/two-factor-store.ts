// Second factors and their backup codes as they are stored: what may be used once is used up by the statement that finds it.
import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>

/** A second factor as stored; it is on once it is confirmed. */
export type TwoFactorRow = Selectable<Tables['two_factors']>

/** Somebody's second factor, held until the transaction ends; undefined where nothing is set up. */
export const lockTwoFactor = (db: Db, userId: string): Promise<TwoFactorRow | undefined> =>
  db.selectFrom('two_factors').selectAll().where('user_id', '=', userId).forUpdate().executeTakeFirst()

/** Keeps the secret of a second factor that is not on yet; false where one is. */
export async function putTwoFactor(db: Db, userId: string, secret: string): Promise<boolean> {
  const stored = await db
    .insertInto('two_factors')
    .values({ user_id: userId, secret })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ secret, last_step: 0n })
        .where('two_factors.confirmed_at', 'is', null),
    )
    .returning('user_id')
    .executeTakeFirst()
  return stored !== undefined
}

/** Turns a second factor on that was set up. */
export async function confirmTwoFactor(db: Db, userId: string, at: Date): Promise<void> {
  await db.updateTable('two_factors').set({ confirmed_at: at }).where('user_id', '=', userId).execute()
}

/** With its backup codes; whether it was on. */
export async function deleteTwoFactor(db: Db, userId: string): Promise<boolean> {
  const row = await db
    .deleteFrom('two_factors')
    .where('user_id', '=', userId)
    .returning('confirmed_at')
    .executeTakeFirst()
  return row ? row.confirmed_at !== null : false
}

/** How many codes somebody has left. */
export async function countBackupCodes(db: Db, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('backup_codes')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Uses a time step up, and all before it, and starts the count of failures again; false where it was used. */
export async function useStep(db: Db, userId: string, step: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('two_factors')
    .set({ last_step: BigInt(step), failures: 0 })
    .where('user_id', '=', userId)
    .where('last_step', '<', BigInt(step))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Uses a backup code up, and starts the count of failures again; false where there is none of that hash. */
export async function useBackupCode(db: Db, userId: string, hash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('backup_codes')
    .where('user_id', '=', userId)
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (numDeletedRows === 0n) return false
  await setFailures(db, userId, { failures: 0 })
  return true
}

/** Gives somebody these backup codes in place of what there was. */
export async function replaceBackupCodes(db: Db, userId: string, hashes: readonly Buffer[]): Promise<void> {
  await db.deleteFrom('backup_codes').where('user_id', '=', userId).execute()
  await db
    .insertInto('backup_codes')
    .values(hashes.map((hash) => ({ user_id: userId, hash })))
    .execute()
}

type Failures = { failures: number; locked_until?: Date }

/** Notes how many tries in a row have failed, and until when there shall be none. */
export async function setFailures(db: Db, userId: string, failures: Failures): Promise<void> {
  await db.updateTable('two_factors').set(failures).where('user_id', '=', userId).execute()
}
