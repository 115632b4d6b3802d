import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Tables } from '../../db/index.ts'

type Db = Kysely<Tables>
/** A passkey as stored. */
export type PasskeyRow = Selectable<Tables['passkeys']>

/** Somebody's passkeys, the oldest first. */
export const listPasskeys = (db: Db, userId: string): Promise<PasskeyRow[]> =>
  db.selectFrom('passkeys').selectAll().where('user_id', '=', userId).orderBy('id').execute()

/** One of somebody's. */
export const findPasskey = (db: Db, userId: string, id: string): Promise<PasskeyRow | undefined> =>
  db.selectFrom('passkeys').selectAll().where('id', '=', id).where('user_id', '=', userId).executeTakeFirst()

/** The passkey with the id that its authenticator gave it. */
export const findByCredential = (db: Db, credentialId: string): Promise<PasskeyRow | undefined> =>
  db.selectFrom('passkeys').selectAll().where('credential_id', '=', credentialId).executeTakeFirst()

/** Whether somebody has one that works under the name. */
export async function hasPasskey(db: Db, userId: string, rpId: string): Promise<boolean> {
  const row = await db
    .selectFrom('passkeys')
    .select('id')
    .where('user_id', '=', userId)
    .where('rp_id', '=', rpId)
    .executeTakeFirst()
  return row !== undefined
}

/** Null where somebody has it already. */
export const insertPasskey = async (
  db: Db,
  passkey: Insertable<Tables['passkeys']>,
): Promise<PasskeyRow | null> => {
  const row = await db
    .insertInto('passkeys')
    .values(passkey)
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

type Use = { id: string; signCount: number; backedUp: boolean; at: Date }

/** Notes a use; false where its count is none that comes after the last one, or the passkey is gone. */
export async function noteUse(db: Db, { id, signCount, backedUp, at }: Use): Promise<boolean> {
  const count = BigInt(signCount)
  const { numUpdatedRows } = await db
    .updateTable('passkeys')
    .set({ sign_count: count, backed_up: backedUp, last_used_at: at })
    .where('id', '=', id)
    // An authenticator that does not count says 0 always (Web Authentication Level 3 §6.1.1).
    .$if(count > 0n, (query) => query.where('sign_count', '<', count))
    .$if(count === 0n, (query) => query.where('sign_count', '=', 0n))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Names one of somebody’s; undefined where it is not theirs. */
export const renamePasskey = (
  db: Db,
  { userId, id, name }: { userId: string; id: string; name: string },
): Promise<PasskeyRow | undefined> =>
  db
    .updateTable('passkeys')
    .set({ name })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returningAll()
    .executeTakeFirst()

/** Removes a passkey. */
export async function deletePasskey(db: Db, id: string): Promise<void> {
  await db.deleteFrom('passkeys').where('id', '=', id).execute()
}
