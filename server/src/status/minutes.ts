import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Finding, FoundState } from './finding.ts'
import { minuteMs, minuteOf } from './minute.ts'

type Db = Kysely<Tables>

/** A component in one minute. */
export type Minute = { atMs: number; component: string; state: FoundState; latencyMs: number | null }

/** Keeps what was found in a minute; false where another process has kept that minute already. */
export async function recordMinute(trx: Db, atMs: number, findings: readonly Finding[]): Promise<boolean> {
  const minute = new Date(atMs)
  const rows = findings.map(({ component, state, latencyMs }) => ({
    ...{ minute, component, state, latency_ms: latencyMs },
  }))
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('status_minutes')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  if (!numInsertedOrUpdatedRows) return false
  const components = findings.map(({ component }) => component)
  await trx
    .updateTable('status_spans')
    .set({ to_minute: minute })
    .where('to_minute', 'is', null)
    .where('component', 'not in', components)
    .execute()
  await trx
    .insertInto('status_spans')
    .values(components.map((component) => ({ component, from_minute: minute })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return true
}

/** The last minute in which anything was recorded, in milliseconds since 1970; null before the first. */
export async function lastMinute(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('status_minutes')
    .select('minute')
    .orderBy('minute', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.minute.getTime() ?? null
}

/** Everything of the minutes after `afterMs`, the oldest first. */
export async function listMinutes(db: Db, afterMs: number): Promise<Minute[]> {
  const rows = await db
    .selectFrom('status_minutes')
    .selectAll()
    .where('minute', '>', new Date(afterMs))
    .orderBy('minute')
    .execute()
  return rows.map(({ minute, component, state, latency_ms }) => ({
    ...{ atMs: minute.getTime(), component, state, latencyMs: latency_ms },
  }))
}

/** The components that are looked at now, as far as is recorded. */
export async function listKnown(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('status_spans')
    .select('component')
    .where('to_minute', 'is', null)
    .orderBy('component')
    .execute()
  return rows.map(({ component }) => component)
}

/** What a heartbeat may take: only after that its minute can be said to be missing. */
const graceMs = 30_000

/** Before which instant minutes without a row are missing: all that ended a while ago, or were recorded. */
export const dueUntil = (nowMs: number, lastMs: number | null): number =>
  Math.max(minuteOf(nowMs - graceMs), lastMs === null ? 0 : lastMs + minuteMs)

/** Removes minutes from before `day`, and spans that ended long before that. */
export async function deleteMinutesBefore(db: Db, day: string): Promise<void> {
  const at = sql<Date>`${day}::date::timestamp at time zone 'UTC'`
  await db.deleteFrom('status_minutes').where('minute', '<', at).execute()
  await db.deleteFrom('status_spans').where('to_minute', '<', sql<Date>`${at} - interval '90 days'`).execute()
}
