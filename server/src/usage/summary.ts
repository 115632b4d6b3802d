import { type UsageDay, type UsageSummary, usdFromMicrousd } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { namesOfKeys, namesOfUsers } from './names.ts'
import type { Range, Slot } from './range.ts'
import { type Dimension, queryOf, type Scope } from './sources.ts'
import { type GroupSums, type SlotSums, type Sums, sumGroups, sumSlots } from './sums.ts'
import { timesOf } from './times.ts'
import { costOf, type Total, totalOf } from './totals.ts'

type Asked = { scope: Scope; range: Range; slots: readonly Slot[]; showsUsers: boolean }

/** Everything about a range at once. */
export async function summarise(
  db: Kysely<Tables>,
  { scope, range, slots, showsUsers }: Asked,
): Promise<UsageSummary> {
  const query = await queryOf(db, scope, range)
  const [sums, times, models, ofKeys, ofUsers] = await Promise.all([
    sumSlots(db, query, slots),
    timesOf(db, query),
    sumGroups(db, query, ['model']),
    sumGroups(db, query, ['keyId']),
    showsUsers ? sumGroups(db, query, ['userId']) : [],
  ])
  const total = totalOf(models)
  const shares = (groups: readonly GroupSums[], by: Dimension) => sharesOf(groups, by, costOf(total))
  const [byModel, byKey, byUser] = [
    shares(models, 'model'),
    shares(ofKeys, 'keyId'),
    shares(ofUsers, 'userId'),
  ]
  const [keys, users] = await Promise.all([
    namesOfKeys(
      db,
      byKey.map(({ id }) => id),
    ),
    namesOfUsers(
      db,
      byUser.map(({ id }) => id),
    ),
  ])
  return {
    ...{ from: range.from.toISOString(), to: range.to.toISOString() },
    stats: {
      ...{ totalRequests: total.requests, totalTokens: total.inputTokens + total.outputTokens },
      ...{
        inputTokens: total.inputTokens,
        cachedTokens: total.cachedTokens,
        outputTokens: total.outputTokens,
      },
      ...{ totalCost: usdFromMicrousd(costOf(total)), unpricedRequests: total.unpricedRequests },
      avgResponseTime: averageMs(total),
      ...{ p50ResponseTime: times.p50, p95ResponseTime: times.p95 },
      ...{ p50FirstToken: times.firstTokenP50, p95FirstToken: times.firstTokenP95 },
      ...{ errorCount: total.errors, errorRate: percent(total.errors, total.requests) },
    },
    dailyUsage: daysOf(slots, sums),
    byModel: byModel.map(({ id, ...share }) => ({ model: id, ...share })),
    byKey: byKey.map(({ id, ...share }) => ({ keyId: id || null, name: keys.get(id) ?? null, ...share })),
    byUser: byUser.map(({ id, ...share }) => ({ userId: id, name: users.get(id) ?? null, ...share })),
    costBreakdown: {
      inputTokensCost: usdFromMicrousd(total.inputMicrousd),
      cachedTokensCost: usdFromMicrousd(total.cachedMicrousd),
      outputTokensCost: usdFromMicrousd(total.outputMicrousd),
      imagesCost: 0,
      total: usdFromMicrousd(costOf(total)),
    },
  }
}

const averageMs = ({ latencyMs, requests }: Sums): number | null =>
  requests === 0 ? null : Math.round(latencyMs / requests)

/** From 0 to 100, to the hundredth. */
const percent = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100

/** The figures that every part of a summary has. */
export const amountsOf = (total: Total) => ({
  requests: total.requests,
  tokens: total.inputTokens + total.outputTokens,
  cost: usdFromMicrousd(costOf(total)),
  errors: total.errors,
})

/** What each had of it, the dearest first. */
function sharesOf(groups: readonly GroupSums[], by: Dimension, cost: bigint) {
  return [...Map.groupBy(groups, (group) => group[by])]
    .map(([id, rows]) => {
      const total = totalOf(rows)
      const percentage = percent(Number(costOf(total)), Number(cost))
      return { id, ...amountsOf(total), percentage }
    })
    .sort((a, b) => b.cost - a.cost || b.tokens - a.tokens || b.requests - a.requests)
}

function daysOf(slots: readonly Slot[], sums: readonly SlotSums[]): UsageDay[] {
  const bySlot = Map.groupBy(sums, ({ slot }) => slot)
  return slots.map(({ date }, slot) => {
    const total = totalOf(bySlot.get(slot) ?? [])
    const { inputTokens, cachedTokens, outputTokens } = total
    const avgResponseTime = averageMs(total)
    return { date, ...amountsOf(total), inputTokens, cachedTokens, outputTokens, avgResponseTime }
  })
}
