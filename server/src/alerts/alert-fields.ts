// What an alert is made of, checked against what its organisation has.
import { alertsMax, type CreateAlertBody, microusdFromUsd, type UpdateAlertBody } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { AlertsDeps } from './deps.ts'
import type { OutgoingAddresses } from './outgoing-address.ts'
import { type AlertRow, countAlerts } from './store.ts'
import { listWebhooks } from './webhook-store.ts'

type Fields = Partial<AlertRow>
type Given = CreateAlertBody | UpdateAlertBody
/** The alert that fields are for: one that is there, or one to be. */
type Of = Pick<
  AlertRow,
  'id' | 'organisation_id' | 'measure' | 'period' | 'limit_amount' | 'key_id' | 'model'
>

/** What an alert is before anything was said of it. */
export const blankAlert = (id: string, organisationId: string): Of => ({
  ...{ id, organisation_id: organisationId, measure: 'tokens', period: 'month' },
  ...{ limit_amount: null, key_id: null, model: null },
})

type FieldsDeps = Pick<AlertsDeps, 'secrets'> & { addresses: OutgoingAddresses }

/** The columns that a body sets. @throws AppError invalid_request, not_found, that names the field */
export async function fieldsOf(
  { secrets, addresses }: FieldsDeps,
  trx: Kysely<Tables>,
  { given, of }: { given: Given; of: Of },
): Promise<Fields> {
  const { name, enabled, period, thresholds, recurringStepPercent, mail, webhookIds, slackUrl } = given
  await requireOwn(trx, of.organisation_id, given)
  const slack = slackUrl ? addresses.require(slackUrl, 'slackUrl') : null
  return {
    ...whatIsCounted(given, of),
    ...(name !== undefined && { name }),
    ...(enabled !== undefined && { enabled }),
    ...(period && { period }),
    ...(thresholds && { thresholds }),
    ...(recurringStepPercent !== undefined && { recurring_step: recurringStepPercent }),
    ...(mail && {
      ...{ mails_owners: mail.owners, mails_admins: mail.admins },
      mail_user_ids: [...new Set(mail.userIds)],
    }),
    ...(webhookIds && { webhook_ids: [...new Set(webhookIds)] }),
    ...(slackUrl !== undefined && {
      slack_url: slack && (await secrets.encrypt(slack.href, of.id)),
      slack_host: slack === null ? null : slack.host,
    }),
  }
}

function whatIsCounted({ apiKey, limit, ...given }: Given, of: Of): Fields {
  const { measure = of.measure, period = of.period, model = of.model } = given
  const key_id = apiKey === undefined ? of.key_id : apiKey
  if (key_id !== null && model !== null) throw wrong('model', 'Count one key or one model, not both.')
  if (measure !== of.measure && limit === undefined)
    throw wrong('limit', 'Name the limit too: tokens and dollars are not the same.')
  const limit_amount = limit === undefined ? of.limit_amount : amountOf(limit, measure)
  if (limit_amount === null) requirePlanned({ measure, period })
  return { measure, limit_amount, key_id, model }
}

/** @throws AppError invalid_request for what no plan says anything of */
function requirePlanned({ measure, period }: Pick<AlertRow, 'measure' | 'period'>): void {
  if (measure === 'cost') throw wrong('limit', 'The plan includes tokens: name an amount of dollars.')
  if (period === 'day') throw wrong('limit', 'The plan includes tokens by the month: name those of a day.')
}

/** Tokens or micro-USD; null is the plan's. */
function amountOf(limit: 'plan' | number, measure: AlertRow['measure']): bigint | null {
  if (limit === 'plan') return null
  if (measure === 'cost') {
    const amount = microusdFromUsd(limit)
    if (amount < 1n) throw wrong('limit', 'Name at least a millionth of a dollar.')
    return amount
  }
  if (!Number.isInteger(limit)) throw wrong('limit', 'Name a whole number of tokens.')
  return BigInt(limit)
}

/** @throws AppError not_found where a key, a member or a webhook is not the organisation's */
async function requireOwn(trx: Kysely<Tables>, organisationId: string, { apiKey, mail, webhookIds }: Given) {
  if (apiKey) {
    const key = await trx
      .selectFrom('api_keys')
      .select('id')
      .where('id', '=', apiKey)
      .where('organisation_id', '=', organisationId)
      .executeTakeFirst()
    if (!key) throw missing('apiKey', 'There is no such key.')
  }
  if (mail && mail.userIds.length > 0) {
    const members = await trx
      .selectFrom('members')
      .select('user_id')
      .where('organisation_id', '=', organisationId)
      .where('user_id', 'in', mail.userIds)
      .execute()
    if (members.length < new Set(mail.userIds).size)
      throw missing('mail.userIds', 'Name members of the organisation.')
  }
  if (webhookIds && webhookIds.length > 0) {
    const own = new Set((await listWebhooks(trx, organisationId)).map(({ id }) => id))
    if (webhookIds.some((id) => !own.has(id))) throw missing('webhookIds', 'There is no such webhook.')
  }
}

const wrong = (param: string, message: string): AppError =>
  new AppError('invalid_request', { message: `${param}: ${message}`, param })

const missing = (param: string, message: string): AppError =>
  new AppError('not_found', { message: `${param}: ${message}`, param })

/** @throws AppError conflict where an organisation has as many alerts as may be */
export async function requireRoomForAlert(trx: Kysely<Tables>, organisationId: string): Promise<void> {
  if ((await countAlerts(trx, organisationId)) < alertsMax) return
  throw new AppError('conflict', {
    message: `An organisation has at most ${alertsMax} alerts. Delete one first.`,
  })
}
