import { AuditAction, type AuditEvent } from '@portal/contract'
import type { AuditRow } from './store.ts'

/** An event as whoever may see all of it sees it. */
export const eventFromRow = (row: AuditRow): AuditEvent => ({
  id: row.id,
  at: row.at.toISOString(),
  action: AuditAction.parse(row.action),
  organisationId: row.organisation_id,
  actor: row.actor_id === null ? null : { id: row.actor_id, name: row.actor_name },
  actorKeyId: row.actor_key_id,
  impersonator:
    row.impersonator_id === null ? null : { id: row.impersonator_id, name: row.impersonator_name },
  subject: row.subject_id === null ? null : { id: row.subject_id, name: row.subject_name },
  ipAddress: row.ip_address,
  userAgent: row.user_agent,
  details: row.details as AuditEvent['details'],
})

/** The same as somebody sees it whom it concerns: where others were when they did it is not for them. */
export function ownEventFromRow(row: AuditRow, userId: string): AuditEvent {
  const event = eventFromRow(row)
  const isAnothers = (row.actor_id !== null && row.actor_id !== userId) || row.impersonator_id !== null
  return isAnothers ? { ...event, ipAddress: null, userAgent: null } : event
}
