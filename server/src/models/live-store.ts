// The tables of what administrators added and changed.
import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
export type ProviderRow = Selectable<Tables['live_providers']>
export type ModelRow = Selectable<Tables['live_models']>

/** Lets one change after the other in: readers are not kept waiting. */
export async function lockForChange(trx: Db): Promise<void> {
  await sql`lock table live_providers, live_models in share row exclusive mode`.execute(trx)
}

/** In the order in which they were added. */
export const listProviders = (db: Db): Promise<ProviderRow[]> =>
  db.selectFrom('live_providers').selectAll().orderBy('created_at').orderBy('name').execute()

/** In the order in which they were added. */
export const listModels = (db: Db): Promise<ModelRow[]> =>
  db.selectFrom('live_models').selectAll().orderBy('created_at').orderBy('id').execute()

/** Writes a provider over what there is of it, but for when it was added. */
export async function putProvider(db: Db, row: Insertable<Tables['live_providers']>): Promise<void> {
  const { name: _, created_at: __, ...changed } = row
  await db
    .insertInto('live_providers')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changed))
    .execute()
}

/** The same of a model. */
export async function putModel(db: Db, row: Insertable<Tables['live_models']>): Promise<void> {
  const { id: _, created_at: __, ...changed } = row
  await db
    .insertInto('live_models')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
    .execute()
}

/** Forgets a provider. */
export async function deleteProvider(db: Db, name: string): Promise<void> {
  await db.deleteFrom('live_providers').where('name', '=', name).execute()
}

/** Forgets a model. */
export async function deleteModel(db: Db, id: string): Promise<void> {
  await db.deleteFrom('live_models').where('id', '=', id).execute()
}
