import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'

type Db = Kysely<Tables>

/** Holds a person until the transaction ends: of several changes of their ways in, one after another is judged. */
export async function lockPerson(trx: Db, userId: string): Promise<void> {
  await trx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute()
}

/** The ways in that somebody has: a password, each linked account and each passkey count one. */
async function countWaysIn(trx: Db, userId: string): Promise<number> {
  const accounts = await trx
    .selectFrom('accounts')
    .select('id')
    .where('user_id', '=', userId)
    .where((where) => where.or([where('provider_id', '<>', 'credential'), where('password', 'is not', null)]))
    .execute()
  const passkeys = await trx.selectFrom('passkeys').select('id').where('user_id', '=', userId).execute()
  return accounts.length + passkeys.length
}

/**
 * Before one way in is removed: another has to stay. Holds the person until the end.
 * @throws AppError conflict
 */
export async function requireAnotherWayIn(trx: Db, userId: string): Promise<void> {
  await lockPerson(trx, userId)
  if ((await countWaysIn(trx, userId)) > 1) return
  throw new AppError('conflict', {
    message: 'This is your only way in. Set a password or add another way in first.',
  })
}
