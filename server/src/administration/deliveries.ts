// What the portal sends by itself, and what became of it: mails of everybody's, and what goes to their programs.
import { type DeliveryChannel, isId, type PortalDelivery } from '@portal/contract'
import { wrongCursor } from '../http/index.ts'
import type { Acting, AdministrationDeps } from './deps.ts'
import { recordAct } from './record.ts'

type Asked = {
  state?: PortalDelivery['state'] | undefined
  channel?: DeliveryChannel | undefined
  cursor?: string | undefined
  limit: number
}

/** Deliveries of the whole portal. */
export type Deliveries = {
  /** The newest first. @throws AppError invalid_request for a cursor that is none */
  list: (asked: Asked) => Promise<{ data: PortalDelivery[]; nextCursor: string | null }>
  /** @throws AppError not_found, conflict */
  retry: (acting: Acting, id: string) => Promise<PortalDelivery>
}

/** What follows an id's kind: ids of all kinds sort by it as they were made. */
const placeOf = (id: string): string => id.slice(id.indexOf('_') + 1)
const newestFirst = (one: PortalDelivery, other: PortalDelivery): number =>
  placeOf(one.id) < placeOf(other.id) ? 1 : -1

/** Builds it. */
export function createDeliveries({ db, mailDeliveries, alerts, now }: AdministrationDeps): Deliveries {
  const { listOfPortal, retryOfPortal } = alerts.deliveries

  function toPrograms({ state, ...asked }: Omit<Asked, 'cursor'> & { before: string | undefined }) {
    // What is for programs is given up, or arrives.
    if (state === 'dropped' || asked.channel === 'mail') return []
    return listOfPortal({ ...asked, status: state === 'sent' ? 'delivered' : state })
  }

  return {
    async list({ cursor, limit, state, channel }) {
      if (cursor !== undefined && !isId('mail', cursor) && !isId('delivery', cursor)) throw wrongCursor()
      const before = (kind: 'mail' | 'dlv') =>
        cursor === undefined ? undefined : `${kind}_${placeOf(cursor)}`
      const more = { state, limit: limit + 1 }
      const [mails, others] = await Promise.all([
        channel === undefined || channel === 'mail'
          ? mailDeliveries.list({ ...more, before: before('mail') })
          : [],
        toPrograms({ ...more, channel, before: before('dlv') }),
      ])
      const found = [...mails, ...others].sort(newestFirst)
      const data = found.slice(0, limit)
      return { data, nextCursor: found.length > limit ? (data.at(-1)?.id ?? null) : null }
    },
    async retry(acting, id) {
      if (!isId('delivery', id)) {
        const mail = await mailDeliveries.retry(id)
        const details = { mailId: id, name: mail.kind }
        await db
          .transaction()
          .execute((trx) =>
            recordAct(trx, acting, { action: 'administration.mail-retried', atMs: now(), details }),
          )
        return mail
      }
      return db.transaction().execute(async (trx) => {
        const delivery = await retryOfPortal(trx, id)
        await recordAct(trx, acting, {
          ...{ action: 'administration.delivery-retried', atMs: now() },
          organisationId: delivery.organisation?.id ?? null,
          details: { deliveryId: id, name: delivery.kind },
        })
        return delivery
      })
    },
  }
}
