import type { OrganisationRole } from '@portal/contract'
import { type Insertable, type Kysely, sql, type Updateable } from 'kysely'
import type pg from 'pg'
import { entitlementColumns } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import type { KeyRow } from './key.ts'

type Db = Kysely<Tables>

/** A key by its id, if it is the organisation's. */
export const findKey = (db: Db, keyId: string, organisationId: string): Promise<KeyRow | undefined> =>
  db
    .selectFrom('api_keys')
    .selectAll()
    .where('id', '=', keyId)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()

/** Newest first (ids sort by the time they were made), from after `cursor`. */
export function listKeys(
  db: Db,
  { organisationId, limit, cursor }: { organisationId: string; limit: number; cursor: string | undefined },
): Promise<KeyRow[]> {
  const keys = db.selectFrom('api_keys').selectAll().where('organisation_id', '=', organisationId)
  const page = cursor === undefined ? keys : keys.where('id', '<', cursor)
  return page.orderBy('id', 'desc').limit(limit).execute()
}

/** Keys that count against the plan: neither revoked nor expired. */
export async function countActiveKeys(db: Db, organisationId: string, at: Date): Promise<number> {
  const { count } = await db
    .selectFrom('api_keys')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('organisation_id', '=', organisationId)
    .where('revoked_at', 'is', null)
    .where(({ eb, or }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** What somebody is in an organisation. */
export async function findRole(
  db: Db,
  organisationId: string,
  userId: string,
): Promise<OrganisationRole | undefined> {
  const row = await db
    .selectFrom('members')
    .select('role')
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.role
}

/** Revokes what somebody has in an organisation and still works, and tells which. */
export const revokeOwned = (
  db: Db,
  {
    organisationId,
    userId,
    reason,
    at,
  }: { organisationId: string; userId: string; reason: string; at: Date },
): Promise<KeyRow[]> =>
  db
    .updateTable('api_keys')
    .set({ revoked_at: at, revoke_reason: reason, updated_at: at })
    .where('organisation_id', '=', organisationId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .returningAll()
    .execute()

/** Revokes one of somebody's keys, wherever it is, and returns it; nothing where it does not work any more. */
export const revokeOne = (
  db: Db,
  { keyId, userId, reason, at }: { keyId: string; userId: string; reason: string; at: Date },
): Promise<KeyRow | undefined> =>
  db
    .updateTable('api_keys')
    .set({ revoked_at: at, revoke_reason: reason, updated_at: at })
    .where('id', '=', keyId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()

/** Makes a key. */
export const insertKey = (db: Db, key: Insertable<Tables['api_keys']>): Promise<KeyRow> =>
  db.insertInto('api_keys').values(key).returningAll().executeTakeFirstOrThrow()

/** Changes what is given of a key; what is undefined stays. */
export const changeKey = (db: Db, keyId: string, change: Updateable<Tables['api_keys']>): Promise<KeyRow> =>
  db.updateTable('api_keys').set(change).where('id', '=', keyId).returningAll().executeTakeFirstOrThrow()

/** Moves the last use of keys (epoch milliseconds by id) forward, in one statement. @throws after `timeoutMs` at most */
export async function moveLastUses(
  pool: pg.Pool,
  uses: ReadonlyMap<string, number>,
  timeoutMs: number,
): Promise<void> {
  const text = `
    update api_keys k set last_used_at = greatest(k.last_used_at, used.at)
    from unnest($1::text[], $2::timestamptz[]) as used (key_id, at) where k.id = used.key_id`
  const values = [[...uses.keys()], [...uses.values()].map((atMs) => new Date(atMs))]
  // The driver reads query_timeout from here too (pg 8), and gives up the connection with the statement.
  await pool.query({ text, values, query_timeout: timeoutMs } as pg.QueryConfig)
}

/** Deletes a key and its secrets. */
export async function deleteKey(db: Db, keyId: string): Promise<void> {
  await db.deleteFrom('api_keys').where('id', '=', keyId).execute()
}

/** Gives a key one secret more. */
export async function insertSecret(db: Db, secret: Insertable<Tables['api_key_secrets']>): Promise<void> {
  await db.insertInto('api_key_secrets').values(secret).execute()
}

/** Ends every secret a key has by `until`; those that have ended by `at` are deleted. */
export async function retireSecrets(
  db: Db,
  keyId: string,
  { at, until }: { at: Date; until: Date },
): Promise<void> {
  await db
    .updateTable('api_key_secrets')
    .set({ expires_at: sql<Date>`least(expires_at, ${until})` }) // least() passes over null
    .where('key_id', '=', keyId)
    .execute()
  await db.deleteFrom('api_key_secrets').where('key_id', '=', keyId).where('expires_at', '<=', at).execute()
}

/** A secret, the key it opens, what the key's organisation may do, and what its owner is there; null where nothing. */
export const findSecret = (db: Db, hash: Buffer) =>
  db
    .selectFrom('api_key_secrets as secrets')
    .innerJoin('api_keys', 'api_keys.id', 'secrets.key_id')
    .innerJoin('organisations', 'organisations.id', 'api_keys.organisation_id')
    .innerJoin('plans', 'plans.id', 'organisations.plan_id')
    .innerJoin('users', 'users.id', 'api_keys.user_id')
    .leftJoin('members', (join) =>
      join
        .onRef('members.organisation_id', '=', 'api_keys.organisation_id')
        .onRef('members.user_id', '=', 'api_keys.user_id'),
    )
    .selectAll('api_keys')
    .select([
      'secrets.expires_at as secret_expires_at',
      'members.role as owner_role',
      'users.suspended_at as owner_suspended_at',
    ])
    .select(entitlementColumns)
    .where('secrets.hash', '=', hash)
    .executeTakeFirst()
