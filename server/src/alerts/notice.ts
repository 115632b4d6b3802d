// What an alert says, in words: the same for mails, Slack and webhooks.
import { type AlertSeverity, severityOf, usdFromMicrousd } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { EventRow } from './event-store.ts'
import { amountOf, percentOf } from './figures.ts'
import type { AlertRow } from './store.ts'

/** What is said, and of what. Names are as people wrote them. */
export type Notice = {
  type: EventRow['type']
  alert: Pick<AlertRow, 'id' | 'name'>
  organisation: { id: string; name: string }
  /** The highest of those that it is about; 0 of a test. */
  threshold: number
  /** `38,112 of 50,000 tokens (76 %)` */
  figures: string
  /** `1 November to 30 November 2026 (UTC)` */
  period: string
  /** What alone is counted; null for everything. */
  counted: { kind: 'key' | 'model'; name: string } | null
  /** Where the use is shown that it is about, below the portal’s address. */
  usagePath: string
  event: EventRow
}

/** Where alerts are changed. */
export const alertsPath = '/usage/alerts'

const highestOf = ({ thresholds }: Pick<EventRow, 'thresholds'>): number => Math.max(0, ...thresholds)

/** That of the highest threshold; null of a test. */
export const severityOfEvent = (event: Pick<EventRow, 'type' | 'thresholds'>): AlertSeverity | null =>
  event.type === 'test' ? null : severityOf(highestOf(event))

/** Puts an event into words. */
export async function noticeOf(db: Kysely<Tables>, alert: AlertRow, event: EventRow): Promise<Notice> {
  const organisation = await db
    .selectFrom('organisations')
    .select(['id', 'name'])
    .where('id', '=', alert.organisation_id)
    .executeTakeFirstOrThrow()
  return {
    ...{ type: event.type, alert, organisation, event },
    threshold: highestOf(event),
    figures: figuresIn(event),
    period: periodWords(event),
    counted: await countedBy(db, alert),
    usagePath: usagePath(alert, event),
  }
}

async function countedBy(db: Kysely<Tables>, { key_id, model }: AlertRow): Promise<Notice['counted']> {
  if (model !== null) return { kind: 'model', name: model }
  if (key_id === null) return null
  const key = await db.selectFrom('api_keys').select('name').where('id', '=', key_id).executeTakeFirst()
  return { kind: 'key', name: key?.name ?? key_id }
}

const tokens = new Intl.NumberFormat('en-US')
const dollars = new Intl.NumberFormat('en-US', {
  ...({ style: 'currency', currency: 'USD' } as const),
  maximumFractionDigits: 6,
})

function figuresIn({ measure, used, limit_amount }: EventRow): string {
  const unit = measure === 'tokens' ? ' tokens' : ''
  const shown = (amount: bigint) =>
    measure === 'tokens' ? tokens.format(amount) : dollars.format(usdFromMicrousd(amount))
  if (limit_amount === null) return `${shown(used)}${unit}, without a limit`
  return `${shown(used)} of ${shown(limit_amount)}${unit} (${percentOf(used, limit_amount)} %)`
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
const dayOfYear = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

function periodWords({ period, period_starts_at, period_ends_at }: EventRow): string {
  if (period === 'day') return `${dayOfYear.format(period_starts_at)} (UTC)`
  const last = new Date(period_ends_at.getTime() - 1)
  return `${day.format(period_starts_at)} to ${dayOfYear.format(last)} (UTC)`
}

function usagePath({ key_id, model }: AlertRow, event: EventRow): string {
  const last = new Date(event.period_ends_at.getTime() - 1)
  const asked = new URLSearchParams({
    from: event.period_starts_at.toISOString().slice(0, 10),
    to: last.toISOString().slice(0, 10),
    ...(key_id !== null && { key: key_id }),
    ...(model !== null && { model }),
  })
  return `/usage?${asked}`
}

/** What webhooks are sent (Standard Webhooks: type, timestamp, data). */
export function webhookBody(
  { event, alert, organisation, threshold, ...notice }: Notice,
  linkTo: LinkTo,
): string {
  const amount = (of: bigint) => amountOf(event as Pick<AlertRow, 'measure'>, of)
  return JSON.stringify({
    type: `alert.${event.type}`,
    timestamp: event.at.toISOString(),
    data: {
      organisation,
      alert: { id: alert.id, name: alert.name },
      ...{ severity: severityOfEvent(event), threshold, thresholds: event.thresholds, reason: event.reason },
      ...{ measure: event.measure, used: amount(event.used) },
      limit: event.limit_amount === null ? null : amount(event.limit_amount),
      percent: percentOf(event.used, event.limit_amount),
      counted: notice.counted,
      ...{ period: event.period, from: event.period_starts_at, to: event.period_ends_at },
      ...{ usageUrl: linkTo(notice.usagePath), alertsUrl: linkTo(alertsPath) },
    },
  })
}

/** Makes a link of a path of the portal. */
export type LinkTo = (path: string) => string
