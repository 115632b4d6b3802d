import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'

/** The ways in that somebody has: a password and each linked account count one. Holds the person until the end. */
async function countWaysIn(trx: Kysely<Tables>, userId: string): Promise<number> {
  await trx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute()
  const accounts = await trx
    .selectFrom('accounts')
    .select('id')
    .where('user_id', '=', userId)
    .where((where) => where.or([where('provider_id', '<>', 'credential'), where('password', 'is not', null)]))
    .execute()
  return accounts.length
}

/**
 * Before one way in is removed: another has to stay.
 * @throws AppError conflict
 */
export async function requireAnotherWayIn(trx: Kysely<Tables>, userId: string): Promise<void> {
  if ((await countWaysIn(trx, userId)) > 1) return
  throw new AppError('conflict', {
    message: 'This is your only way in. Set a password or add another way in first.',
  })
}
