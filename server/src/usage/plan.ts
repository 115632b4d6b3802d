import { type UsageOfPlan, usdFromMicrousd } from '@portal/contract'
import type { Kysely } from 'kysely'
import { billingPeriodAt } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import type { Principal } from '../http/index.ts'
import { seesAll } from './scope.ts'
import { queryOf } from './sources.ts'
import { sumGroups } from './sums.ts'
import { costOf, totalOf } from './totals.ts'

const dayMs = 86_400_000
const pastDaysMax = 7

/** An organisation's billing period so far, and what it comes to if the rest is like the last seven days, or all it had. */
export async function usageOfPlan(
  db: Kysely<Tables>,
  principal: Principal,
  now: number,
): Promise<UsageOfPlan> {
  const { organisationId, entitlements } = principal
  const { startsAt, endsAt } = billingPeriodAt(entitlements.billingAnchorAt, now)
  const scope = { organisationId, keyId: null, userId: null, model: null, statuses: null }
  const total = async (from: number, to: number) => {
    const range = { from: new Date(from), to: new Date(to) }
    const sums = totalOf(await sumGroups(db, await queryOf(db, scope, range), []))
    return { tokens: sums.inputTokens + sums.outputTokens, microusd: Number(costOf(sums)) }
  }
  const [used, past, ageDays] = await Promise.all([
    total(startsAt, endsAt),
    total(now - pastDaysMax * dayMs, now),
    ageOf(db, organisationId, now),
  ])
  const pastDays = Math.min(Math.max(ageDays, 1), pastDaysMax)
  const daysLeft = (endsAt - now) / dayMs
  const forecast = (kind: 'tokens' | 'microusd') =>
    Math.round(used[kind] + (past[kind] / pastDays) * daysLeft)
  const usd = (microusd: number) => usdFromMicrousd(BigInt(microusd))
  return {
    ...{ from: new Date(startsAt).toISOString(), to: new Date(endsAt).toISOString() },
    tokens: { used: used.tokens, limit: entitlements.tokensPerMonth, forecast: forecast('tokens') },
    cost: seesAll(principal) ? { used: usd(used.microusd), forecast: usd(forecast('microusd')) } : null,
  }
}

/** How many days ago it began. */
async function ageOf(db: Kysely<Tables>, organisationId: string, now: number): Promise<number> {
  const { created_at } = await db
    .selectFrom('organisations')
    .select('created_at')
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow()
  return (now - created_at.getTime()) / dayMs
}
