import { newId } from '@portal/contract'
import type { ExpressionBuilder, Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>

/** An event with the names of who did it and whom it was done to. */
const events = (db: Db) =>
  db
    .selectFrom('audit_events as events')
    .leftJoin('users as actors', 'actors.id', 'events.actor_id')
    .leftJoin('users as subjects', 'subjects.id', 'events.subject_id')
    .leftJoin('users as impersonators', 'impersonators.id', 'events.impersonator_id')
    .selectAll('events')
    .select([
      'actors.name as actor_name',
      'subjects.name as subject_name',
      'impersonators.name as impersonator_name',
    ])

/** An event as stored, with the names of those in it; null once they are gone. */
export type AuditRow = Selectable<Tables['audit_events']> & {
  actor_name: string | null
  subject_name: string | null
  impersonator_name: string | null
}

/** Which events; from `from` on and before `to`, in milliseconds since 1970. */
export type AuditFilter = {
  action?: string | undefined
  actor?: string | undefined
  from?: number | undefined
  to?: number | undefined
}

/** At most so many events, from after the one with the id. */
export type AuditPaging = { limit: number; cursor?: string | undefined }

/** An organisation's events, or with null everybody's, newest first, from after the cursor. */
export const listEvents = (
  db: Db,
  organisationId: string | null,
  { cursor, limit, ...filter }: AuditFilter & AuditPaging,
): Promise<AuditRow[]> =>
  events(db)
    .$if(organisationId !== null, (query) => query.where('events.organisation_id', '=', organisationId))
    .where(matching(filter))
    .$if(cursor !== undefined, (query) => query.where('events.id', '<', cursor ?? ''))
    .orderBy('events.id', 'desc')
    .limit(limit)
    .execute()

/** Whether there are more such events than the limit. */
export async function hasMoreThan(
  db: Db,
  organisationId: string | null,
  { limit, ...filter }: AuditFilter & { limit: number },
): Promise<boolean> {
  const beyond = await db
    .selectFrom('audit_events as events')
    .select('events.id')
    .$if(organisationId !== null, (query) => query.where('events.organisation_id', '=', organisationId))
    .where(matching(filter))
    .orderBy('events.id', 'desc')
    .offset(limit)
    .limit(1)
    .executeTakeFirst()
  return beyond !== undefined
}

const matching =
  ({ action, actor, from, to }: AuditFilter) =>
  ({ eb, and }: ExpressionBuilder<{ events: Tables['audit_events'] }, 'events'>) =>
    and([
      ...(action === undefined ? [] : [eb('events.action', '=', action)]),
      ...(actor === undefined
        ? []
        : [eb.or([eb('events.actor_id', '=', actor), eb('events.impersonator_id', '=', actor)])]),
      ...(from === undefined ? [] : [eb('events.id', '>=', idsFrom(from))]),
      ...(to === undefined ? [] : [eb('events.id', '<', idsFrom(to))]),
    ])

/** What somebody did and what was done to them, newest first, from after the cursor. */
export async function listOfUser(
  db: Db,
  userId: string,
  { cursor, limit }: AuditPaging,
): Promise<AuditRow[]> {
  const where = (column: 'events.actor_id' | 'events.subject_id') =>
    events(db)
      .where(column, '=', userId)
      .$if(cursor !== undefined, (query) => query.where('events.id', '<', cursor ?? ''))
      .orderBy('events.id', 'desc')
      .limit(limit)
      .execute()
  // Apart, so that each is a walk along an index.
  const [did, suffered] = await Promise.all([where('events.actor_id'), where('events.subject_id')])
  const byId = new Map([...did, ...suffered].map((row) => [row.id, row]))
  return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit)
}

/** Deletes what is older than the instant. */
export async function deleteBefore(db: Db, atMs: number): Promise<void> {
  await db.deleteFrom('audit_events').where('id', '<', idsFrom(atMs)).execute()
}

/** What ids of events from that instant on begin with, or sort after. */
const idsFrom = (atMs: number): string => newId('auditEvent', Math.max(0, atMs)).slice(0, -16)
