import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
/** An alert as stored. */
export type AlertRow = Selectable<Tables['alerts']>
/** A threshold that was crossed in a period. */
export type FiringRow = Selectable<Tables['alert_firings']>

const living = (db: Db, organisationId: string) =>
  db
    .selectFrom('alerts')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('deleted_at', 'is', null)

/** The first made first. */
export const listAlerts = (db: Db, organisationId: string): Promise<AlertRow[]> =>
  living(db, organisationId).orderBy('created_at').orderBy('id').execute()

/** One of an organisation's; undefined where there is none. */
export const findAlert = (db: Db, organisationId: string, id: string): Promise<AlertRow | undefined> =>
  living(db, organisationId).where('id', '=', id).executeTakeFirst()

/** One that was deleted after the instant. */
export const findDeletedAlert = (
  db: Db,
  { organisationId, id, since }: { organisationId: string; id: string; since: Date },
): Promise<AlertRow | undefined> =>
  db
    .selectFrom('alerts')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .where('deleted_at', '>', since)
    .executeTakeFirst()

/** Holds an alert that is on until the transaction ends; undefined where it is not. */
export const lockEnabledAlert = (trx: Db, id: string): Promise<AlertRow | undefined> =>
  trx
    .selectFrom('alerts')
    .selectAll()
    .where('id', '=', id)
    .where('enabled', '=', true)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()

export async function insertAlert(db: Db, row: Insertable<Tables['alerts']>): Promise<void> {
  await db.insertInto('alerts').values(row).execute()
}

export async function updateAlert(db: Db, id: string, change: Updateable<Tables['alerts']>): Promise<void> {
  await db.updateTable('alerts').set(change).where('id', '=', id).execute()
}

/** How many there are. */
export async function countAlerts(db: Db, organisationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('alerts')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('organisation_id', '=', organisationId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Deletes for good what was deleted before the instant. */
export async function purgeAlerts(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('alerts').where('deleted_at', '<', before).execute()
}

/** What has fired of the alerts: all that is not resolved, and whatever is of periods that began at the instant or later. */
export const listFirings = (db: Db, alertIds: readonly string[], since: Date): Promise<FiringRow[]> =>
  alertIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('alert_firings')
        .selectAll()
        .where('alert_id', 'in', alertIds)
        .where(({ eb, or }) => or([eb('resolved_at', 'is', null), eb('period_starts_at', '>=', since)]))
        .execute()

/** Writes down thresholds that were crossed; those that were not known. */
export async function insertFirings(db: Db, rows: Insertable<Tables['alert_firings']>[]): Promise<number[]> {
  const inserted = await db
    .insertInto('alert_firings')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('threshold')
    .execute()
  return inserted.map(({ threshold }) => threshold)
}

/** What has fired of an alert and is not resolved. */
export const listOpenFirings = (db: Db, alertId: string): Promise<FiringRow[]> =>
  db
    .selectFrom('alert_firings')
    .selectAll()
    .where('alert_id', '=', alertId)
    .where('resolved_at', 'is', null)
    .execute()

/** Notes that firings of an alert are resolved, or, with null, that they are not after all. */
export async function setResolved(db: Db, firings: readonly FiringRow[], at: Date | null): Promise<void> {
  const [first] = firings
  if (!first) return
  await sql`
    update alert_firings set resolved_at = ${at}
    from unnest(
      ${firings.map((each) => each.period_starts_at)}::timestamptz[],
      ${firings.map(({ threshold }) => threshold)}::integer[],
      ${firings.map(({ basis }) => basis)}::text[]
    ) as these (period_starts_at, threshold, basis)
    where alert_id = ${first.alert_id} and alert_firings.period_starts_at = these.period_starts_at
      and alert_firings.threshold = these.threshold and alert_firings.basis = these.basis`.execute(db)
}
