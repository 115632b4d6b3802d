// Carries one thing to one address: a try, what came of it, and when the next one is.
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { defineQueue } from '../jobs/index.ts'
import { type DeliveryRow, findWaiting, updateDelivery } from './delivery-store.ts'
import type { AlertsDeps } from './deps.ts'
import { noteWebhookFailure } from './failing-webhooks.ts'
import type { OutgoingAddresses } from './outgoing-address.ts'
import { type Answer, post } from './post.ts'
import { signedHeaders } from './signature.ts'
import { noteSuccess, type WebhookRow } from './webhook-store.ts'

/** One try of a delivery; `attempt` is how many there were before, so that no try is made twice. */
export const deliveryQueue = defineQueue({
  name: 'deliveries',
  payload: z.object({ deliveryId: z.string(), attempt: z.number() }),
  singly: true,
})

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
/** Between tries: eleven within about two days. */
const pausesMs = [
  ...[10 * second, minute, 5 * minute, 15 * minute, hour, 2 * hour, 4 * hour],
  ...[8 * hour, 12 * hour, 20 * hour],
]

/** Tries of one organisation under way in a process: addresses that never answer keep the other places free. */
const placesMax = 2
const putBackMs = 3 * second

type Deps = AlertsDeps & { addresses: OutgoingAddresses }
type Sent = { answer: Answer; webhook: WebhookRow | null }
/** Why there is nowhere to send it any more. */
type Nowhere = { nowhere: string }

/** Builds the handler of the queue. */
export function createDelivering(deps: Deps) {
  const underWay = new Map<string, number>()
  return async (
    { deliveryId, attempt }: z.output<typeof deliveryQueue.payload>,
    { signal }: { signal: AbortSignal },
  ): Promise<void> => {
    const delivery = await findWaiting(deps.db, deliveryId)
    if (!delivery || delivery.attempts !== attempt) return
    const { organisation_id: organisationId } = delivery
    const others = underWay.get(organisationId) ?? 0
    if (others >= placesMax) {
      const runAt = new Date(Date.now() + putBackMs)
      await deps.jobs.enqueue(deps.db, deliveryQueue, { payload: { deliveryId, attempt }, runAt })
      return
    }
    underWay.set(organisationId, others + 1)
    try {
      const send = delivery.channel === 'slack' ? toSlack : toWebhook
      const sent = await send(deps, delivery, signal)
      await deps.db.transaction().execute((trx) => note(deps, trx, { delivery, sent }))
    } finally {
      underWay.set(organisationId, (underWay.get(organisationId) ?? 1) - 1)
      if (underWay.get(organisationId) === 0) underWay.delete(organisationId)
    }
  }
}

async function toSlack({ db, secrets, addresses }: Deps, delivery: DeliveryRow, signal: AbortSignal) {
  const alert = await db
    .selectFrom('alerts')
    .select(['id', 'slack_url'])
    .where('id', '=', delivery.alert_id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!alert?.slack_url) return { nowhere: 'The alert no longer has a Slack address.' }
  const target = addresses.slackTarget(new URL(await secrets.decrypt(alert.slack_url, alert.id)))
  const answer = await post(target, { body: delivery.body ?? '', headers: {} }, signal)
  return { answer, webhook: null }
}

async function toWebhook(deps: Deps, delivery: DeliveryRow, signal: AbortSignal): Promise<Sent | Nowhere> {
  const { db, addresses, now } = deps
  const webhook = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', delivery.webhook_id)
    .executeTakeFirst()
  if (!webhook || webhook.deleted_at) return { nowhere: 'The webhook is deleted.' }
  if (!webhook.enabled) return { nowhere: 'The webhook is off.' }
  const body = delivery.body ?? ''
  const at = new Date(now())
  const headers = signedHeaders({ id: delivery.id, at, body }, await secretsOf(deps, webhook, at))
  const answer = await post(addresses.target(new URL(webhook.url)), { body, headers }, signal)
  return { answer, webhook }
}

/** What signs now: the secret, and for a day the one before it. */
async function secretsOf({ secrets }: Deps, webhook: WebhookRow, at: Date): Promise<string[]> {
  const { id, secret, old_secret, old_secret_until } = webhook
  const isOldLive = old_secret !== null && old_secret_until !== null && old_secret_until > at
  return Promise.all(
    [secret, ...(isOldLive ? [old_secret] : [])].map((sealed) => secrets.decrypt(sealed, id)),
  )
}

type Tried = { delivery: DeliveryRow; sent: Sent | Nowhere }

/** Writes down what came of a try, and has the next one made. */
async function note(deps: Deps, trx: Kysely<Tables>, { delivery, sent }: Tried): Promise<void> {
  const at = new Date(deps.now())
  if ('nowhere' in sent) {
    await updateDelivery(trx, delivery, { status: 'failed', last_error: sent.nowhere, next_attempt_at: null })
    return
  }
  const { answer, webhook } = sent
  const nextAt = nextTryOf(delivery, answer, at)
  const attempts = delivery.attempts + 1
  const outcome = { ...outcomeOf(answer, nextAt), attempts, last_attempt_at: at, next_attempt_at: nextAt }
  if (!(await updateDelivery(trx, delivery, { ...outcome, tries: delivery.tries + 1 }))) return
  const payload = { deliveryId: delivery.id, attempt: attempts }
  if (nextAt) await deps.jobs.enqueue(trx, deliveryQueue, { payload, runAt: nextAt })
  if (webhook) await noteForWebhook(deps, trx, { webhook, delivery, answer, at })
}

async function noteForWebhook(
  deps: Deps,
  trx: Kysely<Tables>,
  { webhook, delivery, answer, at }: { webhook: WebhookRow; delivery: DeliveryRow; answer: Answer; at: Date },
): Promise<void> {
  if (isTaken(answer)) await noteSuccess(trx, webhook.id)
  else await noteWebhookFailure(deps, trx, { webhook, delivery, at, isGone: statusOf(answer) === 410 })
}

const statusOf = (answer: Answer): number | null => ('status' in answer ? answer.status : null)
const isTaken = (answer: Answer): boolean => Math.floor((statusOf(answer) ?? 0) / 100) === 2

/** When it is tried again; null where it has arrived, or is given up. */
function nextTryOf(delivery: DeliveryRow, answer: Answer, at: Date): Date | null {
  const pauseMs = isTaken(answer) || isHopeless(delivery, answer) ? undefined : pausesMs[delivery.tries]
  return pauseMs === undefined ? null : new Date(at.getTime() + pauseMs)
}

function outcomeOf(answer: Answer, nextAt: Date | null) {
  const isDelivered = isTaken(answer)
  return {
    status: isDelivered ? ('delivered' as const) : nextAt ? ('waiting' as const) : ('failed' as const),
    last_status: statusOf(answer),
    response: 'status' in answer ? answer.response : null,
    last_error: isDelivered ? null : faultOf(answer),
  }
}

/** What Slack answers so no second try can mend: the address was revoked, or never was one (Slack, "Handling errors"). */
const hopelessAtSlack = new Set([400, 403, 404, 410])

function isHopeless({ channel }: DeliveryRow, answer: Answer): boolean {
  const status = statusOf(answer) ?? 0
  return channel === 'slack' ? hopelessAtSlack.has(status) : status === 410
}

function faultOf(answer: Answer): string {
  if ('error' in answer) return answer.error
  const { status } = answer
  if (status >= 300 && status < 400) return `It answered with a redirect (${status}), which is not followed.`
  return `It answered with status ${status}.`
}
