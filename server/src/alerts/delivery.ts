import type { Delivery, DeliveryInFull, PortalDelivery } from '@portal/contract'
import type { PortalDeliveryRow, SeenDeliveryRow } from './delivery-store.ts'

/** A delivery as it is shown. */
export function deliveryFromRow(row: SeenDeliveryRow): Delivery {
  const mail = ofMail(row)
  return {
    ...{ id: row.id, channel: row.channel, event: row.event, destination: row.destination },
    status: mail?.status ?? row.status,
    attempts: row.attempts,
    lastStatus: row.last_status,
    lastError: mail ? mail.error : row.last_error,
    lastAttemptAt: (mail ? row.mail_tried_at : row.last_attempt_at)?.toISOString() ?? null,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  }
}

/** The same with what was sent and answered. */
export const deliveryInFull = (row: SeenDeliveryRow): DeliveryInFull => ({
  ...deliveryFromRow(row),
  body: row.body,
  response: row.response,
})

/** What went to a program, as those who run the portal see it. */
export const portalDelivery = (row: PortalDeliveryRow): PortalDelivery => ({
  ...{ id: row.id, channel: row.channel, kind: row.event, recipient: row.destination },
  organisation: { id: row.organisation_id, name: row.organisation_name },
  state: row.status === 'delivered' ? 'sent' : row.status,
  note: row.last_error,
  mayRetry: row.status !== 'delivered',
  createdAt: row.created_at.toISOString(),
  triedAt: row.last_attempt_at?.toISOString() ?? null,
})

/** What the mail that carries it says of itself; null where none does, or it is forgotten. */
function ofMail({
  mail_state,
}: SeenDeliveryRow): (Pick<Delivery, 'status'> & { error: string | null }) | null {
  switch (mail_state) {
    case null:
      return null
    case 'sent':
      return { status: 'delivered', error: null }
    case 'waiting':
      return { status: 'waiting', error: null }
    case 'dropped':
      return { status: 'failed', error: 'This address has had too many of these mails within an hour.' }
    default:
      return { status: 'failed', error: 'The mail server did not take it.' }
  }
}
