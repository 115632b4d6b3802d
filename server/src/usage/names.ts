// What the ids in the ledger are called today.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

type Names = ReadonlyMap<string, string>

/** Names by id; those that are gone have none. */
export const namesOfKeys = (db: Kysely<Tables>, ids: readonly string[]): Promise<Names> =>
  namesIn(db, 'api_keys', ids)

/** Names by id; those that are gone have none. */
export const namesOfUsers = (db: Kysely<Tables>, ids: readonly string[]): Promise<Names> =>
  namesIn(db, 'users', ids)

async function namesIn(
  db: Kysely<Tables>,
  table: 'api_keys' | 'users',
  ids: readonly string[],
): Promise<Names> {
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom(table).select(['id', 'name']).where('id', 'in', ids).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
