import type { Incident, IncidentImpact, IncidentStage } from '@portal/contract'
import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Tables } from '../db/index.ts'
import { nameOfComponent } from './component.ts'
import { minuteMs, minuteOf } from './minute.ts'

type Db = Kysely<Tables>
type Row = Selectable<Tables['incidents']>

/** An incident, or planned maintenance, with all that belongs to it. */
export type IncidentRow = Row & {
  components: { component: string }[]
  /** Newest first. */
  updates: { id: string; at: string; stage: IncidentStage; text: string }[]
}

const whole = (db: Db) =>
  db
    .selectFrom('incidents')
    .selectAll('incidents')
    .select((eb) => [
      jsonArrayFrom(
        eb
          .selectFrom('incident_components as touched')
          .select('touched.component')
          .whereRef('touched.incident_id', '=', 'incidents.id')
          .orderBy('touched.component'),
      ).as('components'),
      jsonArrayFrom(
        eb
          .selectFrom('incident_updates as updates')
          .select(['updates.id', 'updates.at', 'updates.stage', 'updates.text'])
          .whereRef('updates.incident_id', '=', 'incidents.id')
          .orderBy('updates.id', 'desc'),
      ).as('updates'),
    ])

/** One by its id. */
export const findIncident = (db: Db, id: string): Promise<IncidentRow | undefined> =>
  whole(db).where('id', '=', id).executeTakeFirst()

/** What began after an instant or is not over, the newest first. */
export const listSince = (db: Db, at: Date, limit: number): Promise<IncidentRow[]> =>
  whole(db)
    .where(({ eb, or }) =>
      or([eb('starts_at', '>=', at), eb('ends_at', 'is', null), eb('ends_at', '>=', at)]),
    )
    .orderBy('starts_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

/** What the portal opened itself and has not closed. */
export const listOpenAutomatic = (db: Db): Promise<IncidentRow[]> =>
  whole(db).where('automatic', '=', true).where('ends_at', 'is', null).orderBy('id').execute()

/** The components that maintenance is planned for at an instant. */
export async function listMaintained(db: Db, at: Date): Promise<Set<string>> {
  const rows = await db
    .selectFrom('incidents')
    .innerJoin('incident_components as touched', 'touched.incident_id', 'incidents.id')
    .select('touched.component')
    .where('kind', '=', 'maintenance')
    .where('starts_at', '<=', at)
    .where('ends_at', '>', at)
    .execute()
  return new Set(rows.map(({ component }) => component))
}

/** Keeps one with its components. */
export async function insertIncident(
  trx: Db,
  incident: Insertable<Tables['incidents']>,
  components: readonly string[],
): Promise<void> {
  await trx.insertInto('incidents').values(incident).execute()
  await insertComponents(trx, incident.id, components)
}

/** Keeps an update. */
export async function insertUpdate(trx: Db, update: Insertable<Tables['incident_updates']>): Promise<void> {
  await trx.insertInto('incident_updates').values(update).execute()
}

/** What of an incident may be changed. */
export type IncidentChange = {
  title?: string | undefined
  impact?: IncidentImpact | undefined
  starts_at?: Date | undefined
  ends_at?: Date | undefined
  components?: readonly string[] | undefined
}

/** Changes what is given of it. */
export async function changeIncident(
  trx: Db,
  id: string,
  { components, ...columns }: IncidentChange,
): Promise<void> {
  if (Object.values(columns).some((value) => value !== undefined)) {
    await trx.updateTable('incidents').set(columns).where('id', '=', id).execute()
  }
  if (!components) return
  await trx.deleteFrom('incident_components').where('incident_id', '=', id).execute()
  await insertComponents(trx, id, components)
}

async function insertComponents(trx: Db, id: string, components: readonly string[]): Promise<void> {
  const rows = [...new Set(components)].map((component) => ({ incident_id: id, component }))
  await trx.insertInto('incident_components').values(rows).execute()
}

/** Ends what is not over: maintenance with its minute, and one that has not begun before it does. */
export async function endIncident(trx: Db, id: string, atMs: number): Promise<void> {
  const [at, minute] = [new Date(atMs), new Date(minuteOf(atMs + minuteMs - 1))]
  await trx
    .updateTable('incidents')
    .set({
      ends_at: sql<Date>`case when kind = 'maintenance' then greatest(starts_at, ${minute}::timestamptz)
        else coalesce(ends_at, ${at}::timestamptz) end`,
    })
    .where('id', '=', id)
    .execute()
}

/** Takes the row for this transaction: whoever changes it too waits. */
export async function lockIncident(trx: Db, id: string): Promise<void> {
  await sql`select from incidents where id = ${id} for update`.execute(trx)
}

/** As it is shown. */
export const incidentFromRow = ({
  components,
  updates,
  starts_at,
  ends_at,
  ...row
}: IncidentRow): Incident => ({
  ...{ id: row.id, kind: row.kind, automatic: row.automatic, title: row.title, impact: row.impact },
  components: components.map(({ component }) => ({ id: component, name: nameOfComponent(component) })),
  startsAt: starts_at.toISOString(),
  endsAt: ends_at?.toISOString() ?? null,
  updates: updates.map(({ at, ...update }) => ({ ...update, at: new Date(at).toISOString() })),
})
