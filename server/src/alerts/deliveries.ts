// What is on its way to people and programs, and what became of it.
import {
  type Delivery,
  type DeliveryChannel,
  type DeliveryInFull,
  isId,
  newId,
  type PortalDelivery,
} from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Principal } from '../http/index.ts'
import type { Asking, MakeChange } from './change.ts'
import { deliveryQueue } from './deliver.ts'
import { deliveryFromRow, deliveryInFull, portalDelivery } from './delivery.ts'
import {
  findDelivery,
  findToPrograms,
  insertDelivery,
  listToPrograms,
  type PortalAsked,
  type SeenDeliveryRow,
  updateDelivery,
} from './delivery-store.ts'
import type { AlertsDeps } from './deps.ts'
import { redelivering } from './limits.ts'
import { requireManager, roleOf } from './policy.ts'

/** Something to be sent. Mails are carried by the mail that has the id. */
export type NewDelivery = {
  organisationId: string
  channel: DeliveryChannel
  event: string
  destination: string
  body?: string
  mailId?: string
  webhookId?: string
  alertId?: string
  alertEventId?: string
}

/** Deliveries, for those who manage alerts. */
export type Deliveries = {
  /** Sends something when the transaction commits; its id. */
  add: (trx: Kysely<Tables>, delivery: NewDelivery) => Promise<string>
  /** @throws AppError permission_denied, not_found */
  get: (principal: Principal, id: string) => Promise<DeliveryInFull>
  /** Sends it once more, at once. @throws AppError permission_denied, not_found, conflict, rate_limit_exceeded */
  redeliver: (asking: Asking, id: string) => Promise<Delivery>
  /** What went to Slack and to webhooks, of every organisation. */
  listOfPortal: (asked: PortalAsked) => Promise<PortalDelivery[]>
  /** Sends one of them now that has not arrived. @throws AppError not_found, conflict */
  retryOfPortal: (trx: Kysely<Tables>, id: string) => Promise<PortalDelivery>
}

type DeliveriesDeps = Pick<AlertsDeps, 'db' | 'jobs' | 'throttles' | 'now'>
/** Sends a mail of an alert's event anew; the id of the mail, or null where nobody is to be told any more. */
export type SendAgain = (trx: Kysely<Tables>, delivery: SeenDeliveryRow) => Promise<string | null>

/** Builds them. */
export function createDeliveries(
  { db, jobs, throttles, now }: DeliveriesDeps,
  change: MakeChange,
  mailAgain: SendAgain,
): Deliveries {
  const requireDelivery = async (trx: Kysely<Tables>, organisationId: string, id: string) => {
    const row = isId('delivery', id) && (await findDelivery(trx, organisationId, id))
    return row || noSuchDelivery()
  }

  async function sendAgain(trx: Kysely<Tables>, row: SeenDeliveryRow): Promise<void> {
    const at = new Date(now())
    if (row.channel !== 'mail') {
      await updateDelivery(trx, row, { status: 'waiting', tries: 0, next_attempt_at: at })
      const payload = { deliveryId: row.id, attempt: row.attempts }
      return jobs.enqueue(trx, deliveryQueue, { payload })
    }
    const mailId = await mailAgain(trx, row)
    if (!mailId) throw new AppError('conflict', { message: 'This address is no longer told of this alert.' })
    await updateDelivery(trx, row, { status: 'waiting', mail_id: mailId })
  }

  async function retryOfPortal(trx: Kysely<Tables>, id: string): Promise<PortalDelivery> {
    const row = (isId('delivery', id) && (await findToPrograms(trx, id))) || noSuchDelivery()
    if (row.status === 'delivered') throw new AppError('conflict', { message: 'This has arrived.' })
    await sendAgain(trx, row)
    return portalDelivery((await findToPrograms(trx, id)) ?? row)
  }

  return {
    retryOfPortal,
    listOfPortal: async (asked) => (await listToPrograms(db, asked)).map(portalDelivery),
    async add(trx, { organisationId, channel, event, destination, body = null, ...of }) {
      const id = newId('delivery', now())
      await insertDelivery(trx, {
        ...{ id, organisation_id: organisationId, channel, event, destination, body },
        ...{ mail_id: of.mailId ?? null, webhook_id: of.webhookId ?? null },
        ...{ alert_id: of.alertId ?? null, alert_event_id: of.alertEventId ?? null },
        created_at: new Date(now()),
      })
      if (channel !== 'mail')
        await jobs.enqueue(trx, deliveryQueue, { payload: { deliveryId: id, attempt: 0 } })
      return id
    },
    async get(principal, id) {
      requireManager(roleOf(principal))
      return deliveryInFull(await requireDelivery(db, principal.organisationId, id))
    },
    async redeliver(asking, id) {
      const { organisationId } = asking.principal
      await requireDelivery(db, organisationId, id)
      await throttles.take(redelivering, organisationId)
      return change(asking, async ({ trx }) => {
        await sendAgain(trx, await requireDelivery(trx, organisationId, id))
        return deliveryFromRow(await requireDelivery(trx, organisationId, id))
      })
    },
  }
}

function noSuchDelivery(): never {
  throw new AppError('not_found', { message: 'There is no such delivery.' })
}
