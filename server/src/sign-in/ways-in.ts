import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'

type Db = Kysely<Tables>

/**
 * Holds somebody until the transaction ends, so that of several changes at once of how they sign in one after another
 * is judged.
 */
export async function lockWaysIn(trx: Db, userId: string): Promise<void> {
  // Rows that only refer to them are not kept waiting: sessions may begin meanwhile.
  await trx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute()
}

/**
 * Makes sure that something is left to sign in with, once a way in was removed under `lockWaysIn`: the password, an
 * account elsewhere, a passkey.
 * @throws AppError conflict, with which the transaction has to end
 */
export async function requireWayIn(trx: Db, userId: string): Promise<void> {
  if ((await countWaysIn(trx, userId)) > 0) return
  throw new AppError('conflict', {
    message: 'This is your only way to sign in. Set a password or add another way first.',
  })
}

async function countWaysIn(trx: Db, userId: string): Promise<number> {
  const accounts = await trx
    .selectFrom('accounts')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('user_id', '=', userId)
    .where(({ or, eb }) => or([eb('provider_id', '<>', 'credential'), eb('password', 'is not', null)]))
    .executeTakeFirstOrThrow()
  const passkeys = await trx
    .selectFrom('passkeys')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return Number(accounts.count) + Number(passkeys.count)
}
