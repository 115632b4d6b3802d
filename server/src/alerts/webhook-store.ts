import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
/** A webhook as stored. */
export type WebhookRow = Selectable<Tables['webhooks']>

const living = (db: Db, organisationId: string) =>
  db
    .selectFrom('webhooks')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('deleted_at', 'is', null)

/** The first made first. */
export const listWebhooks = (db: Db, organisationId: string): Promise<WebhookRow[]> =>
  living(db, organisationId).orderBy('created_at').orderBy('id').execute()

/** One of an organisation's; undefined where there is none. */
export const findWebhook = (db: Db, organisationId: string, id: string): Promise<WebhookRow | undefined> =>
  living(db, organisationId).where('id', '=', id).executeTakeFirst()

/** One that was deleted after the instant. */
export const findDeletedWebhook = (
  db: Db,
  { organisationId, id, since }: { organisationId: string; id: string; since: Date },
): Promise<WebhookRow | undefined> =>
  db
    .selectFrom('webhooks')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .where('deleted_at', '>', since)
    .executeTakeFirst()

export async function insertWebhook(db: Db, row: Insertable<Tables['webhooks']>): Promise<WebhookRow> {
  return db.insertInto('webhooks').values(row).returningAll().executeTakeFirstOrThrow()
}

export const updateWebhook = (
  db: Db,
  id: string,
  change: Updateable<Tables['webhooks']>,
): Promise<WebhookRow> =>
  db.updateTable('webhooks').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

/** How many there are. */
export async function countWebhooks(db: Db, organisationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('webhooks')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('organisation_id', '=', organisationId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Notes that something did not reach it; since when that is so, which `isAnew` makes now. */
export async function noteFailure(
  db: Db,
  id: string,
  { at, isAnew }: { at: Date; isAnew: boolean },
): Promise<Date> {
  const { failing_since } = await db
    .updateTable('webhooks')
    .set({ failing_since: isAnew ? at : sql<Date>`coalesce(failing_since, ${at})` })
    .where('id', '=', id)
    .returning('failing_since')
    .executeTakeFirstOrThrow()
  return failing_since ?? at
}

/** Notes that something reached it. */
export async function noteSuccess(db: Db, id: string): Promise<void> {
  await db
    .updateTable('webhooks')
    .set({ failing_since: null })
    .where('id', '=', id)
    .where('failing_since', 'is not', null)
    .execute()
}

/** Turns one off; false where it was off already. */
export async function disableWebhook(db: Db, id: string, reason: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhooks')
    .set({ enabled: false, disabled_reason: reason })
    .where('id', '=', id)
    .where('enabled', '=', true)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Deletes for good what was deleted before the instant. */
export async function purgeWebhooks(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('webhooks').where('deleted_at', '<', before).execute()
}
