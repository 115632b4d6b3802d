// What alerts have said, and who could be told.
import type { AlertEvent, alertEndpoints, Delivery } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { type Principal, requireCursor } from '../http/index.ts'
import { isOpenToAll } from './alert.ts'
import { deliveryFromRow } from './delivery.ts'
import { listOfEvents } from './delivery-store.ts'
import { findEvent, listEvents, type NamedEventRow } from './event-store.ts'
import { amountOf } from './figures.ts'
import { severityOfEvent } from './notice.ts'
import { mayManageAlerts, roleOf } from './policy.ts'

/** What of the history is asked for. */
export type HistoryQuery = z.output<NonNullable<(typeof alertEndpoints)['history']['query']>>
/** A page of it. */
export type AlertPage = z.output<(typeof alertEndpoints)['history']['output']>

/** An organisation's, newest first. @throws AppError invalid_request for a cursor that is none */
export async function historyOf(
  db: Kysely<Tables>,
  principal: Principal,
  { alert: alertId, limit, cursor }: HistoryQuery,
): Promise<AlertPage> {
  requireCursor('alertEvent', cursor)
  const rows = await listEvents(db, principal.organisationId, { alertId, limit: limit + 1, cursor })
  return {
    data: await shown(db, principal, rows.slice(0, limit)),
    nextCursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null,
  }
}

/** One event that was just made. @throws AppError not_found */
export async function showEvent(db: Kysely<Tables>, principal: Principal, id: string): Promise<AlertEvent> {
  const row = await findEvent(db, id)
  const [event] = row ? await shown(db, principal, [row]) : []
  if (!event) throw new AppError('not_found')
  return event
}

async function shown(
  db: Kysely<Tables>,
  principal: Principal,
  rows: readonly NamedEventRow[],
): Promise<AlertEvent[]> {
  const mayManage = mayManageAlerts(roleOf(principal))
  const deliveries = mayManage
    ? await listOfEvents(
        db,
        rows.map(({ id }) => id),
      )
    : []
  const byEvent = Map.groupBy(deliveries, ({ alert_event_id }) => alert_event_id)
  return rows.map((row) =>
    eventFromRow(row, { mayManage, deliveries: (byEvent.get(row.id) ?? []).map(deliveryFromRow) }),
  )
}

function eventFromRow(
  row: NamedEventRow,
  { mayManage, deliveries }: { mayManage: boolean; deliveries: Delivery[] },
): AlertEvent {
  const measure = row.measure as AlertEvent['measure']
  const seesUse = mayManage || isOpenToAll({ measure, key_id: row.alert_key_id, model: row.alert_model })
  return {
    ...{ id: row.id, alertId: row.alert_id, alertName: row.alert_name, type: row.type, measure },
    at: row.at.toISOString(),
    thresholds: seesUse ? row.thresholds : [],
    severity: seesUse ? severityOfEvent(row) : null,
    used: seesUse ? amountOf({ measure }, row.used) : null,
    limit: row.limit_amount === null ? null : amountOf({ measure }, row.limit_amount),
    period: row.period as AlertEvent['period'],
    ...{ from: row.period_starts_at.toISOString(), to: row.period_ends_at.toISOString() },
    reason: row.reason,
    deliveries,
  }
}
