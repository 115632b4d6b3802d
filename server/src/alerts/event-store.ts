import { type Id, newId, timeOfId } from '@portal/contract'
import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
/** Something that an alert has said. */
export type EventRow = Selectable<Tables['alert_events']>
/** The same with what its alert is called, and whose use it counts. */
export type NamedEventRow = EventRow & {
  alert_name: string
  alert_key_id: string | null
  alert_model: string | null
}

/**
 * An id for what an organisation's alerts say next. It sorts behind all they have said, also within a millisecond and
 * where another process's clock is ahead: the history is read in this order.
 */
export async function nextEventId(db: Db, organisationId: string, at: Date): Promise<Id<'alertEvent'>> {
  const last = await db
    .selectFrom('alert_events')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const lastMs = (last && timeOfId(last.id)) ?? 0
  return newId('alertEvent', Math.max(at.getTime(), lastMs + 1))
}

export async function insertEvent(db: Db, row: Insertable<Tables['alert_events']>): Promise<void> {
  await db.insertInto('alert_events').values(row).execute()
}

const events = (db: Db) =>
  db
    .selectFrom('alert_events')
    .innerJoin('alerts', 'alerts.id', 'alert_events.alert_id')
    .selectAll('alert_events')
    .select(['alerts.name as alert_name', 'alerts.key_id as alert_key_id', 'alerts.model as alert_model'])
    .where('alerts.deleted_at', 'is', null)

/** One of them; undefined where it is gone. */
export const findEvent = (db: Db, id: string): Promise<NamedEventRow | undefined> =>
  events(db).where('alert_events.id', '=', id).executeTakeFirst()

type Paging = { alertId: string | undefined; limit: number; cursor: string | undefined }

/** An organisation's, or those of one alert, newest first, from after the cursor. */
export const listEvents = (
  db: Db,
  organisationId: string,
  { alertId, limit, cursor }: Paging,
): Promise<NamedEventRow[]> =>
  events(db)
    .where('alert_events.organisation_id', '=', organisationId)
    .$if(alertId !== undefined, (query) => query.where('alert_events.alert_id', '=', alertId ?? ''))
    .$if(cursor !== undefined, (query) => query.where('alert_events.id', '<', cursor ?? ''))
    .orderBy('alert_events.id', 'desc')
    .limit(limit)
    .execute()

/** Deletes what is older than the instant. */
export async function deleteEventsBefore(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('alert_events').where('at', '<', before).execute()
}
