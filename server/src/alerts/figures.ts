// What an alert counts, in which period, against which limit.
import { usdFromMicrousd } from '@portal/contract'
import type { Kysely } from 'kysely'
import { billingPeriodAt, findEntitlements } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import type { Entitlements } from '../http/index.ts'
import { type Use, usesIn } from '../usage/index.ts'
import type { AlertRow } from './store.ts'

const dayMs = 86_400_000

/** Milliseconds since 1970; the end belongs to the next period. */
export type Period = { startsAt: number; endsAt: number }

/** How far a period has come: tokens or whole micro-USD. Without a limit nothing is ever crossed. */
export type Figures = { period: Period; used: bigint; limit: bigint | null }

/** What an organisation has used, and may, as of one instant; each period is read once. */
export type Measure = (alert: AlertRow) => Promise<Figures>

/** Begins to measure an organisation. @throws AppError not_found where there is none any more */
export async function measuring(db: Kysely<Tables>, organisationId: string, now: number): Promise<Measure> {
  const entitlements = await findEntitlements(db, organisationId)
  const uses = new Map<AlertRow['period'], Promise<Use[]>>()
  const usesOf = (alert: AlertRow) => {
    const known = uses.get(alert.period)
    if (known) return known
    const reading = usesIn(db, organisationId, periodOf(alert, entitlements, now))
    uses.set(alert.period, reading)
    return reading
  }
  return async (alert) => ({
    period: periodOf(alert, entitlements, now),
    used: usedBy(alert, await usesOf(alert)),
    limit: limitOf(alert, entitlements),
  })
}

/** A day in UTC, or the billing period that the plan's tokens are counted in. */
export function periodOf(
  { period }: Pick<AlertRow, 'period'>,
  { billingAnchorAt }: Pick<Entitlements, 'billingAnchorAt'>,
  now: number,
): Period {
  if (period === 'month') return billingPeriodAt(billingAnchorAt, now)
  const startsAt = Math.floor(now / dayMs) * dayMs
  return { startsAt, endsAt: startsAt + dayMs }
}

const usedBy = ({ key_id, model, measure }: AlertRow, uses: readonly Use[]): bigint =>
  uses
    .filter((use) => (key_id === null || use.keyId === key_id) && (model === null || use.model === model))
    .reduce((sum, use) => sum + (measure === 'tokens' ? use.tokens : use.microusd), 0n)

const limitOf = ({ limit_amount }: AlertRow, { tokensPerMonth }: Entitlements): bigint | null =>
  limit_amount ?? (tokensPerMonth === null ? null : BigInt(tokensPerMonth))

/** What is counted against which limit, as a text that differs where either does. */
export const basisOf = ({ measure, period, key_id, model }: AlertRow, { limit }: Figures): string =>
  JSON.stringify([measure, period, key_id, model, String(limit)])

/** Tokens, or decimal US dollars. */
export const amountOf = ({ measure }: Pick<AlertRow, 'measure'>, amount: bigint): number =>
  measure === 'tokens' ? Number(amount) : usdFromMicrousd(amount)

/** In whole percent of the limit, never more than there is; null without a limit. */
export const percentOf = (used: bigint, limit: bigint | null): number | null =>
  limit === null ? null : Number((used * 100n) / limit)
