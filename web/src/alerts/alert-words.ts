// Alerts in words.
import type { Alert, AlertEvent, AlertState, Delivery } from '@portal/contract'

const whole = new Intl.NumberFormat()
const dollars = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const
const money = new Intl.NumberFormat(undefined, dollars)
const fractions = new Intl.NumberFormat(undefined, { ...dollars, maximumSignificantDigits: 4 })

type Measure = Alert['measure']

/** Tokens with their unit, or US dollars: below a cent to four digits. */
export function amountText(measure: Measure, amount: number): string {
  if (measure === 'tokens') return `${whole.format(amount)} tokens`
  return amount !== 0 && amount < 0.01 ? fractions.format(amount) : money.format(amount)
}

/** "9,000 of 10,000 tokens": what is used of what. */
export function usedText(measure: Measure, { used, limit }: Pick<AlertState, 'used' | 'limit'>): string {
  if (used === null) return limit === null ? 'No limit' : `of ${amountText(measure, limit)}`
  if (limit === null) return `${amountText(measure, used)}, no limit`
  const part = measure === 'tokens' ? whole.format(used) : amountText(measure, used)
  return `${part} of ${amountText(measure, limit)}`
}

/** What is counted: "Everything, by the month". */
export function countedText({ apiKey, model, period }: Pick<Alert, 'apiKey' | 'model' | 'period'>): string {
  const what = apiKey
    ? `The key ${apiKey.name ?? 'that is gone'}`
    : model
      ? `The model ${model}`
      : 'Everything'
  return `${what}, by the ${period}`
}

/** "1,250 %" */
export const percentText = (percent: number): string => `${whole.format(percent)} %`

const together = new Intl.ListFormat('en-GB')

/** Who is told. */
export function toldText({ mail, slack, webhooks }: Pick<Alert, 'mail' | 'slack' | 'webhooks'>): string {
  const people = together.format([
    ...(mail.owners ? ['owners'] : []),
    ...(mail.admins ? ['admins'] : []),
    ...(mail.members.length > 0
      ? [`${mail.members.length} ${mail.members.length === 1 ? 'member' : 'members'}`]
      : []),
  ])
  const channels = [
    ...(people ? [`Mail to ${people}`] : []),
    ...(slack ? ['Slack'] : []),
    ...(webhooks.length > 0 ? [webhooks.length === 1 ? '1 webhook' : `${webhooks.length} webhooks`] : []),
  ]
  return channels.join(', ') || 'Nobody'
}

/** What was said, as a heading. */
export function eventText({ type, thresholds, reason }: Pick<AlertEvent, 'type' | 'thresholds' | 'reason'>) {
  if (type === 'test') return 'Test'
  const highest = thresholds.length > 0 ? percentText(Math.max(...thresholds)) : 'A threshold'
  if (type === 'triggered') return `${highest} reached`
  return reason === 'new_period' ? `New period after ${highest}` : `Below ${highest} again`
}

/** Steps can be hundreds. */
const othersMax = 6

/** The thresholds that were crossed beside the highest: nobody was told of them. */
export function besidesText({ type, thresholds }: Pick<AlertEvent, 'type' | 'thresholds'>): string | null {
  const others = thresholds.slice(0, -1)
  if (type !== 'triggered' || others.length === 0) return null
  const shown = others.length > othersMax ? [...others.slice(0, othersMax - 1), '…', others.at(-1)] : others
  return `${shown.map((each) => (typeof each === 'number' ? whole.format(each) : each)).join(', ')} % at the same time`
}

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** The days of a period, in UTC. */
export function periodText({ from, to }: { from: string; to: string }): string {
  const last = new Date(Date.parse(to) - 1)
  const [first, end] = [day.format(new Date(from)), day.format(last)]
  return first === end ? first : `${first} – ${end}`
}

export const channelWords: Record<Delivery['channel'], string> = {
  mail: 'Mail',
  slack: 'Slack',
  webhook: 'Webhook',
}

export const statusWords: Record<Delivery['status'], { label: string; color: string }> = {
  waiting: { label: 'On its way', color: 'gray' },
  delivered: { label: 'Delivered', color: 'pine' },
  failed: { label: 'Failed', color: 'red' },
}

/** What a delivery on its way is waiting for. */
export const deliveryStatus = ({ status, lastError }: Pick<Delivery, 'status' | 'lastError'>) =>
  status === 'waiting' && lastError ? { label: 'Tried again soon', color: 'yellow' } : statusWords[status]
