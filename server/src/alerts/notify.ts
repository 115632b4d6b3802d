// Tells whoever an alert tells: a delivery for each, in the transaction of what is told.
import { newId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Deliveries } from './deliveries.ts'
import type { AlertsDeps } from './deps.ts'
import { type EventRow, findEvent } from './event-store.ts'
import { alertsPath, type LinkTo, type Notice, noticeOf, webhookBody } from './notice.ts'
import { type Recipient, recipientsOf } from './recipients.ts'
import { slackBody } from './slack.ts'
import type { AlertRow } from './store.ts'
import { findAlert } from './store.ts'
import { listWebhooks } from './webhook-store.ts'

type NotifyDeps = Pick<AlertsDeps, 'mail' | 'publicUrl'> & { deliveries: Pick<Deliveries, 'add'> }
/** Tells of an event of an alert. */
export type Notify = (trx: Kysely<Tables>, alert: AlertRow, event: EventRow) => Promise<void>

/** Builds it. */
export const createNotify =
  ({ mail, publicUrl, deliveries }: NotifyDeps): Notify =>
  async (trx, alert, event) => {
    const notice = await noticeOf(trx, alert, event)
    const linkTo: LinkTo = (path) => publicUrl() + path
    const base = {
      ...{ organisationId: alert.organisation_id, alertId: alert.id, alertEventId: event.id },
      event: `alert.${event.type}` as const,
    }
    for (const recipient of await mailedBy(trx, alert)) {
      const mailId = await sendMail({ mail }, trx, { notice, recipient })
      await deliveries.add(trx, { ...base, channel: 'mail', destination: recipient.email, mailId })
    }
    if (alert.slack_host !== null)
      await deliveries.add(trx, {
        ...{ ...base, channel: 'slack', destination: alert.slack_host },
        body: slackBody(notice, linkTo),
      })
    const webhooks = await listWebhooks(trx, alert.organisation_id)
    const told = webhooks.filter(
      ({ id, enabled, events }) => enabled && alert.webhook_ids.includes(id) && events.includes(base.event),
    )
    for (const { id, url } of told)
      await deliveries.add(trx, {
        ...{ ...base, channel: 'webhook', destination: url, webhookId: id },
        body: webhookBody(notice, linkTo),
      })
  }

const mailedBy = (trx: Kysely<Tables>, alert: AlertRow): Promise<Recipient[]> =>
  recipientsOf(trx, alert.organisation_id, {
    ...{ owners: alert.mails_owners, admins: alert.mails_admins, userIds: alert.mail_user_ids },
  })

/** Sends the mail of a notice; its id. */
async function sendMail(
  { mail }: Pick<AlertsDeps, 'mail'>,
  trx: Kysely<Tables>,
  { notice, recipient: { email, name } }: { notice: Notice; recipient: Recipient },
): Promise<string> {
  const { threshold, figures, period, counted, usagePath, event } = notice
  const mailId = newId('mail')
  const told = {
    ...{ to: email, name, alert: notice.alert.name, organisation: notice.organisation.name },
    ...{ threshold, figures, period, counted, path: usagePath, changePath: alertsPath },
  }
  const isNewPeriod = event.reason === 'new_period'
  if (notice.type === 'resolved')
    await mail.send(trx, { kind: 'alert-resolved', ...told, isNewPeriod }, mailId)
  else
    await mail.send(trx, { kind: notice.type === 'test' ? 'alert-test' : 'alert-triggered', ...told }, mailId)
  return mailId
}

/** Sends the mail of an event once more to the address it went to; null where that is told no longer. */
export const createMailAgain =
  ({ mail }: Pick<AlertsDeps, 'mail'>) =>
  async (
    trx: Kysely<Tables>,
    delivery: { organisation_id: string; alert_event_id: string | null; destination: string },
  ): Promise<string | null> => {
    const event = delivery.alert_event_id === null ? undefined : await findEvent(trx, delivery.alert_event_id)
    const alert = event && (await findAlert(trx, delivery.organisation_id, event.alert_id))
    if (!(alert && event)) return null
    const recipient = (await mailedBy(trx, alert)).find(({ email }) => email === delivery.destination)
    return recipient
      ? sendMail({ mail }, trx, { notice: await noticeOf(trx, alert, event), recipient })
      : null
  }
