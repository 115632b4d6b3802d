import { usdFromMicrousd } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { type DayRow, selectDaysOfKey, selectTokensOfKey } from './store.ts'

type UsageDay = { date: string; requests: number; tokens: number; cost: number; errors: number }
type RequestsDay = UsageDay & { inputTokens: number; outputTokens: number; avgResponseTime: number }

/** What keys used, by UTC day `YYYY-MM-DD`, only days with use, newest first; cost in decimal US dollars. */
export type Usage = {
  /** The last `days` days, today (at `now`, epoch milliseconds) included; times in whole milliseconds. */
  ofKeyByDay(
    keyId: string,
    span: { days: number; now: number },
  ): Promise<{
    /** Of all time. */
    totalTokensUsed: number
    dailyUsage: UsageDay[]
    /** Over the days asked for. */
    stats: { totalRequests: number; totalTokens: number; avgResponseTime: number }
  }>
  /** The most recent `limit` days with use. */
  requestsOfKeyByDay(keyId: string, page: { limit: number }): Promise<RequestsDay[]>
}

/** Reads usage from the ledger's rollups. */
export function createUsage(db: Kysely<Tables>): Usage {
  return {
    async ofKeyByDay(keyId, { days, now }) {
      const [totalTokensUsed, rows] = await Promise.all([
        selectTokensOfKey(db, keyId),
        selectDaysOfKey(db, keyId, { since: firstDay(days, now) }),
      ])
      const dailyUsage = rows.map(usageDay)
      const totalRequests = total(dailyUsage.map(({ requests }) => requests))
      return {
        totalTokensUsed,
        dailyUsage,
        stats: {
          totalRequests,
          totalTokens: total(dailyUsage.map(({ tokens }) => tokens)),
          avgResponseTime: average(total(rows.map((row) => row.latency_ms_sum)), totalRequests),
        },
      }
    },
    async requestsOfKeyByDay(keyId, { limit }) {
      const rows = await selectDaysOfKey(db, keyId, { limit })
      return rows.map((row) => ({
        ...usageDay(row),
        inputTokens: row.input_tokens,
        outputTokens: row.output_tokens,
        avgResponseTime: average(row.latency_ms_sum, row.requests),
      }))
    },
  }
}

function firstDay(days: number, now: number): Date {
  const today = new Date(now)
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() - (days - 1)))
}

const usageDay = ({ date, requests, errors, ...row }: DayRow): UsageDay => ({
  date,
  requests,
  tokens: row.input_tokens + row.output_tokens,
  cost: usdFromMicrousd(BigInt(row.microusd)),
  errors,
})

const total = (amounts: number[]): number => amounts.reduce((sum, amount) => sum + amount, 0)
const average = (sum: number, count: number): number => (count === 0 ? 0 : Math.round(sum / count))
