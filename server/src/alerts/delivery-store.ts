import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
/** Something on its way, as stored. */
export type DeliveryRow = Selectable<Tables['deliveries']>
/** The same with what became of the mail that carries it; null once that is forgotten. */
export type SeenDeliveryRow = DeliveryRow & { mail_state: string | null; mail_tried_at: Date | null }

const deliveries = (db: Db) =>
  db
    .selectFrom('deliveries')
    .leftJoin('mails', 'mails.id', 'deliveries.mail_id')
    .selectAll('deliveries')
    .select(['mails.state as mail_state', 'mails.tried_at as mail_tried_at'])

export async function insertDelivery(db: Db, row: Insertable<Tables['deliveries']>): Promise<void> {
  await db.insertInto('deliveries').values(row).execute()
}

/** Changes one that has been tried so often and no more; false where it was tried meanwhile. */
export async function updateDelivery(
  db: Db,
  { id, attempts }: Pick<DeliveryRow, 'id' | 'attempts'>,
  change: Updateable<Tables['deliveries']>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set(change)
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** One of an organisation's; undefined where there is none. */
export const findDelivery = (
  db: Db,
  organisationId: string,
  id: string,
): Promise<SeenDeliveryRow | undefined> =>
  deliveries(db)
    .where('deliveries.organisation_id', '=', organisationId)
    .where('deliveries.id', '=', id)
    .executeTakeFirst()

/** The same with whose it is. */
export type PortalDeliveryRow = SeenDeliveryRow & { organisation_name: string }

/** What goes to programs, of every organisation; mails are the mail room's. */
const toPrograms = (db: Db) =>
  deliveries(db)
    .innerJoin('organisations', 'organisations.id', 'deliveries.organisation_id')
    .select('organisations.name as organisation_name')
    .where('deliveries.channel', '<>', 'mail')

/** Those of the portal, the newest first, from before the one with an id. */
export const listToPrograms = (
  db: Db,
  { limit, before, status, channel }: PortalAsked,
): Promise<PortalDeliveryRow[]> =>
  toPrograms(db)
    .$if(before !== undefined, (query) => query.where('deliveries.id', '<', before ?? ''))
    .$if(status !== undefined, (query) => query.where('deliveries.status', '=', status ?? 'failed'))
    .$if(channel !== undefined, (query) => query.where('deliveries.channel', '=', channel ?? 'webhook'))
    .orderBy('deliveries.id', 'desc')
    .limit(limit)
    .execute()

/** Which of the portal's deliveries are asked for. */
export type PortalAsked = {
  limit: number
  before?: string | undefined
  status?: DeliveryRow['status'] | undefined
  channel?: DeliveryRow['channel'] | undefined
}

/** One of them, whosever it is. */
export const findToPrograms = (db: Db, id: string): Promise<PortalDeliveryRow | undefined> =>
  toPrograms(db).where('deliveries.id', '=', id).executeTakeFirst()

/** One that still has to be sent. */
export const findWaiting = (db: Db, id: string): Promise<DeliveryRow | undefined> =>
  db
    .selectFrom('deliveries')
    .selectAll()
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .executeTakeFirst()

/** Those of events, the first made first. */
export const listOfEvents = (db: Db, eventIds: readonly string[]): Promise<SeenDeliveryRow[]> =>
  eventIds.length === 0
    ? Promise.resolve([])
    : deliveries(db).where('deliveries.alert_event_id', 'in', eventIds).orderBy('deliveries.id').execute()

/** The last of each channel and destination of the alerts. */
export const listLatestOfAlerts = (db: Db, alertIds: readonly string[]): Promise<SeenDeliveryRow[]> =>
  alertIds.length === 0
    ? Promise.resolve([])
    : deliveries(db)
        .where('deliveries.alert_id', 'in', alertIds)
        .distinctOn(['deliveries.alert_id', 'deliveries.channel', 'deliveries.destination'])
        .orderBy('deliveries.alert_id')
        .orderBy('deliveries.channel')
        .orderBy('deliveries.destination')
        .orderBy('deliveries.id', 'desc')
        .execute()

/** Those of a webhook, newest first, from after the cursor. */
export const listOfWebhook = (
  db: Db,
  webhookId: string,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<SeenDeliveryRow[]> =>
  deliveries(db)
    .where('deliveries.webhook_id', '=', webhookId)
    .$if(cursor !== undefined, (query) => query.where('deliveries.id', '<', cursor ?? ''))
    .orderBy('deliveries.id', 'desc')
    .limit(limit)
    .execute()

/** Whether nothing else of its webhook, nor itself, was tried since the instant. */
export async function isFirstTryIn(
  db: Db,
  { id, webhook_id, last_attempt_at }: DeliveryRow,
  since: Date,
): Promise<boolean> {
  if (last_attempt_at && last_attempt_at >= since) return false
  const other = await db
    .selectFrom('deliveries')
    .select('id')
    .where('webhook_id', '=', webhook_id)
    .where('id', '<>', id)
    .where('last_attempt_at', '>=', since)
    .limit(1)
    .executeTakeFirst()
  return other === undefined
}

/** Writes down what became of mails before they are forgotten. */
export async function noteMails(db: Db): Promise<void> {
  await db
    .updateTable('deliveries')
    .from('mails')
    .whereRef('mails.id', '=', 'deliveries.mail_id')
    .where('deliveries.status', '=', 'waiting')
    .where('mails.state', '<>', 'waiting')
    .set(({ ref, eb }) => ({
      status: eb
        .case()
        .when('mails.state', '=', 'sent')
        .then('delivered' as const)
        .else('failed' as const)
        .end(),
      last_attempt_at: ref('mails.tried_at'),
    }))
    .execute()
}

/** Deletes what is older than the instant. */
export async function deleteDeliveriesBefore(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('deliveries').where('created_at', '<', before).execute()
}
