// Webhooks that nothing reaches: after days of it they are turned off, and their organisation's owners and admins are told.
import type { Kysely } from 'kysely'
import { recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { type DeliveryRow, isFirstTryIn } from './delivery-store.ts'
import type { AlertsDeps } from './deps.ts'
import { recipientsOf } from './recipients.ts'
import { disableWebhook, noteFailure, type WebhookRow } from './webhook-store.ts'

const patienceMs = 3 * 24 * 3_600_000
/** Longer than any pause between tries: what failed before that is another matter. */
const quietMs = 24 * 3_600_000

/** Notes a failure of a delivery, in its transaction; `isGone` where the receiver says that it wants no more. */
export async function noteWebhookFailure(
  { mail }: Pick<AlertsDeps, 'mail'>,
  trx: Kysely<Tables>,
  {
    webhook,
    delivery,
    at,
    isGone,
  }: { webhook: WebhookRow; delivery: DeliveryRow; at: Date; isGone: boolean },
): Promise<void> {
  const { id, organisation_id: organisationId, url } = webhook
  const isAlone = await isFirstTryIn(trx, delivery, new Date(at.getTime() - quietMs))
  const since = await noteFailure(trx, id, { at, isAnew: isAlone })
  if (!isGone && at.getTime() - since.getTime() < patienceMs) return
  const reason = isGone ? 'It answered that it is gone (410).' : 'Nothing reached it for three days.'
  if (!(await disableWebhook(trx, id, reason))) return
  await recordAudit(trx, {
    ...{ action: 'webhook.disabled', atMs: at.getTime(), organisationId, details: { url, reason } },
    ...{ actorId: null, subjectId: null, from: null },
  })
  const told = await recipientsOf(trx, organisationId, { owners: true, admins: true, userIds: [] })
  for (const { email, name } of told)
    await mail.send(trx, { kind: 'webhook-disabled', to: email, name, url, reason, path: '/usage/webhooks' })
}
