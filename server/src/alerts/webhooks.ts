import {
  type CreateWebhookBody,
  type Delivery,
  isId,
  newId,
  type UpdateWebhookBody,
  type Webhook,
  WebhookEventType,
  type WebhookWithSecret,
  type webhookEndpoints,
  webhooksMax,
} from '@portal/contract'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { type Principal, requireCursor } from '../http/index.ts'
import type { Asking, Changing, MakeChange } from './change.ts'
import type { Deliveries } from './deliveries.ts'
import { deliveryFromRow } from './delivery.ts'
import { findDelivery, listOfWebhook } from './delivery-store.ts'
import type { AlertsDeps } from './deps.ts'
import { pinging, restorableMs } from './limits.ts'
import type { OutgoingAddresses } from './outgoing-address.ts'
import { mayManageAlerts, requireManager, roleOf } from './policy.ts'
import { newSecret } from './signature.ts'
import * as store from './webhook-store.ts'

type DeliveryPage = z.output<(typeof webhookEndpoints)['deliveries']['output']>
type DeliveriesQuery = z.output<NonNullable<(typeof webhookEndpoints)['deliveries']['query']>>

/** The webhooks of the organisation that somebody acts for and whose alerts they manage; every other's is not_found. */
export type Webhooks = {
  /** Empty for those who may not manage them. */
  list: (principal: Principal) => Promise<{ data: Webhook[]; mayManage: boolean }>
  /** The only time the secret is shown, but for rotation. @throws AppError invalid_request, conflict beyond 20 */
  create: (asking: Asking, body: CreateWebhookBody) => Promise<WebhookWithSecret>
  /** @throws AppError invalid_request */
  update: (asking: Asking, id: string, body: UpdateWebhookBody) => Promise<Webhook>
  remove: (asking: Asking, id: string) => Promise<void>
  /** Within a day. @throws AppError conflict beyond 20 */
  restore: (asking: Asking, id: string) => Promise<Webhook>
  /** For a day, events are signed with the secret before, too. */
  rotateSecret: (asking: Asking, id: string) => Promise<WebhookWithSecret>
  /** @throws AppError conflict where it is off, rate_limit_exceeded */
  ping: (asking: Asking, id: string) => Promise<Delivery>
  /** @throws AppError invalid_request for a cursor that is none */
  deliveries: (principal: Principal, id: string, query: DeliveriesQuery) => Promise<DeliveryPage>
}

const oldSecretMs = 24 * 3_600_000

type WebhooksDeps = Pick<AlertsDeps, 'db' | 'secrets' | 'throttles' | 'now'> & {
  addresses: OutgoingAddresses
  deliveries: Pick<Deliveries, 'add'>
}

/** Builds them. */
export const createWebhooks = (deps: WebhooksDeps, change: MakeChange): Webhooks => ({
  ...readersOf(deps),
  ...writersOf(deps, change),
})

function readersOf({ db, now }: WebhooksDeps) {
  return {
    async list(principal) {
      const mayManage = mayManageAlerts(roleOf(principal))
      const rows = mayManage ? await store.listWebhooks(db, principal.organisationId) : []
      return { data: rows.map((row) => webhookFromRow(row, new Date(now()))), mayManage }
    },
    async deliveries(principal, id, { limit, cursor }) {
      requireManager(roleOf(principal))
      requireCursor('delivery', cursor)
      await requireWebhook(db, principal.organisationId, id)
      const rows = await listOfWebhook(db, id, { limit: limit + 1, cursor })
      return {
        data: rows.slice(0, limit).map(deliveryFromRow),
        nextCursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null,
      }
    },
  } satisfies Partial<Webhooks>
}

function writersOf(deps: WebhooksDeps, change: MakeChange) {
  const { db, throttles, now, addresses } = deps
  const shown = (row: store.WebhookRow): Webhook => webhookFromRow(row, new Date(now()))
  return {
    create: (asking, { url, description, events, enabled }) =>
      change(asking, async ({ trx, organisationId, at, record }) => {
        await requireRoom(trx, organisationId)
        const { href } = addresses.require(url, 'url')
        const id = newId('webhook', at.getTime())
        const { secret, sealed } = await aSecret(deps, id)
        const row = await store.insertWebhook(trx, {
          ...{ id, organisation_id: organisationId, url: href, description, events, enabled },
          ...{ secret: sealed, created_at: at },
        })
        await record('webhook.created', { webhookId: id, url: href })
        return { ...shown(row), secret }
      }),
    update: (asking, id, body) =>
      change(asking, async (changing) => {
        const before = await requireWebhook(changing.trx, changing.organisationId, id)
        return shown(await update(deps, changing, { before, body }))
      }),
    remove: (asking, id) =>
      change(asking, async ({ trx, organisationId, at, record }) => {
        const { url } = await requireWebhook(trx, organisationId, id)
        await store.updateWebhook(trx, id, { deleted_at: at })
        await record('webhook.deleted', { webhookId: id, url })
      }),
    restore: (asking, id) =>
      change(asking, async ({ trx, organisationId, at, record }) => {
        const since = new Date(at.getTime() - restorableMs)
        const row =
          isId('webhook', id) && (await store.findDeletedWebhook(trx, { organisationId, id, since }))
        if (!row) throw noSuchWebhook()
        await requireRoom(trx, organisationId)
        await record('webhook.restored', { webhookId: id, url: row.url })
        return shown(await store.updateWebhook(trx, id, { deleted_at: null }))
      }),
    rotateSecret: (asking, id) =>
      change(asking, async ({ trx, organisationId, at, record }) => {
        const { secret: before, url } = await requireWebhook(trx, organisationId, id)
        const { secret, sealed } = await aSecret(deps, id)
        const until = new Date(at.getTime() + oldSecretMs)
        const rotation = { secret: sealed, old_secret: before, old_secret_until: until }
        await record('webhook.secret-rotated', { webhookId: id, url })
        return { ...shown(await store.updateWebhook(trx, id, rotation)), secret }
      }),
    async ping(asking, id) {
      const { organisationId } = asking.principal
      await requireWebhook(db, organisationId, id)
      await throttles.take(pinging, organisationId)
      return change(asking, (changing) => ping(deps, changing, id))
    },
  } satisfies Partial<Webhooks>
}

async function update(
  { addresses }: WebhooksDeps,
  { trx, record }: Changing,
  { before, body }: { before: store.WebhookRow; body: UpdateWebhookBody },
): Promise<store.WebhookRow> {
  const { url, ...rest } = body
  const isTurnedOn = rest.enabled === true && !before.enabled
  const row = await store.updateWebhook(trx, before.id, {
    ...rest,
    ...(url !== undefined && { url: addresses.require(url, 'url').href }),
    ...(url !== undefined && url !== before.url && { failing_since: null }),
    ...(isTurnedOn && { disabled_reason: null, failing_since: null }),
  })
  await record('webhook.updated', { webhookId: row.id, url: row.url, fields: Object.keys(body).join(', ') })
  return row
}

async function ping(
  { deliveries }: WebhooksDeps,
  { trx, organisationId, at }: Changing,
  webhookId: string,
): Promise<Delivery> {
  const { url, enabled } = await requireWebhook(trx, organisationId, webhookId)
  if (!enabled) throw new AppError('conflict', { message: 'This webhook is off. Turn it on first.' })
  const event = 'webhook.ping'
  const body = JSON.stringify({ type: event, timestamp: at.toISOString(), data: { webhookId } })
  const id = await deliveries.add(trx, {
    organisationId,
    channel: 'webhook',
    event,
    destination: url,
    webhookId,
    body,
  })
  const row = await findDelivery(trx, organisationId, id)
  if (!row) throw new AppError('not_found')
  return deliveryFromRow(row)
}

async function aSecret({ secrets }: WebhooksDeps, webhookId: string) {
  const secret = newSecret()
  return { secret, sealed: await secrets.encrypt(secret, webhookId) }
}

async function requireRoom(trx: Kysely<Tables>, organisationId: string): Promise<void> {
  if ((await store.countWebhooks(trx, organisationId)) < webhooksMax) return
  throw new AppError('conflict', {
    message: `An organisation has at most ${webhooksMax} webhooks. Delete one first.`,
  })
}

async function requireWebhook(
  db: Kysely<Tables>,
  organisationId: string,
  id: string,
): Promise<store.WebhookRow> {
  const row = isId('webhook', id) && (await store.findWebhook(db, organisationId, id))
  if (!row) throw noSuchWebhook()
  return row
}

const noSuchWebhook = () => new AppError('not_found', { message: 'There is no such webhook.' })

const webhookFromRow = (row: store.WebhookRow, now: Date): Webhook => ({
  ...{ id: row.id, url: row.url, description: row.description, enabled: row.enabled },
  events: WebhookEventType.array().parse(row.events),
  disabledReason: row.disabled_reason,
  failingSince: row.failing_since?.toISOString() ?? null,
  oldSecretValidUntil:
    row.old_secret_until && row.old_secret_until > now ? row.old_secret_until.toISOString() : null,
  createdAt: row.created_at.toISOString(),
})
