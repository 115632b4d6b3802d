import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>

type Asked = { id: string; email: string; tokenHash: Buffer; at: Date; expiresAt: Date }

/** Keeps who asked, in place of what was asked before and not confirmed; false where the address is confirmed. */
export async function putAsked(trx: Db, { id, email, tokenHash, at, expiresAt }: Asked): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('status_subscriptions')
    .values({ id, email, token_hash: tokenHash, expires_at: expiresAt, confirmed_at: null, created_at: at })
    .onConflict((conflict) =>
      conflict
        .column('email')
        .doUpdateSet({ token_hash: tokenHash, expires_at: expiresAt })
        .where('status_subscriptions.confirmed_at', 'is', null),
    )
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** Confirms with a token, which is used up; false where it works no longer. */
export async function confirmAsked(db: Db, tokenHash: Buffer, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('status_subscriptions')
    .set({ confirmed_at: at, token_hash: null, expires_at: null })
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', at)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Ends a subscription; one that is not there is ended already. */
export async function deleteSubscription(db: Db, id: string): Promise<void> {
  await db.deleteFrom('status_subscriptions').where('id', '=', id).execute()
}

/** Removes what was never confirmed. */
export async function deleteUnconfirmed(db: Db, at: Date): Promise<void> {
  await db.deleteFrom('status_subscriptions').where('expires_at', '<', at).execute()
}

/** The next subscribers that an update is told to; whoever asks too waits, and gets those after them. */
export async function claimSubscribers(
  trx: Db,
  updateId: string,
  limit: number,
): Promise<{ id: string; email: string }[]> {
  const { told_through } = await trx
    .selectFrom('incident_updates')
    .select('told_through')
    .where('id', '=', updateId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const found = await trx
    .selectFrom('status_subscriptions')
    .select(['id', 'email'])
    .where('confirmed_at', 'is not', null)
    .where('id', '>', told_through)
    .orderBy('id')
    .limit(limit)
    .execute()
  const last = found.at(-1)
  if (last) {
    await trx
      .updateTable('incident_updates')
      .set({ told_through: last.id })
      .where('id', '=', updateId)
      .execute()
  }
  return found
}
