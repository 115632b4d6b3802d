import type { Entitlements } from '../http/index.ts'

/**
 * The billing period that holds an instant, all in milliseconds since 1970; the end belongs to the next period.
 * Periods are UTC months counted from the anchor; one that would begin on a day its month lacks begins on the last.
 */
export function billingPeriodAt(anchorMs: number, atMs: number): { startsAt: number; endsAt: number } {
  const anchor = new Date(anchorMs)
  const at = new Date(atMs)
  const months =
    (at.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + at.getUTCMonth() - anchor.getUTCMonth()
  const startsThisMonth = addMonths(anchor, months)
  return startsThisMonth <= atMs
    ? { startsAt: startsThisMonth, endsAt: addMonths(anchor, months + 1) }
    : { startsAt: addMonths(anchor, months - 1), endsAt: startsThisMonth }
}

// Always from the anchor, never from the period before: a 31st that was clamped to the 28th comes back.
function addMonths(anchor: Date, months: number): number {
  const result = new Date(anchor)
  result.setUTCDate(1)
  result.setUTCMonth(anchor.getUTCMonth() + months)
  const daysInMonth = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate()
  return result.setUTCDate(Math.min(anchor.getUTCDate(), daysInMonth))
}

/** Tokens of one billing period after which an organisation is stopped; null is never. */
export function tokenCeiling({
  tokensPerMonth,
  tokenCeilingPercent,
}: Pick<Entitlements, 'tokensPerMonth' | 'tokenCeilingPercent'>): number | null {
  return tokensPerMonth === null ? null : Math.floor((tokensPerMonth * tokenCeilingPercent) / 100)
}
