// What the page's address asks for: everything that narrows it can be linked to, and is gone back from.
import { UsagePeriod, UsageStatus } from '@portal/contract'
import type { AskedUsage } from './usage-queries.ts'

/** The page's address after its question mark. Without a period or days it is the last 30 days. */
export type UsageSearch = {
  period?: string
  /** A day, or an instant. */
  from?: string
  to?: string
  /** The id of a key, or `none`. */
  key?: string
  model?: string
  status?: string
  user?: string
  /** `off` where figures stand without those of the period before. */
  compare?: string
}

/** The period that is shown where none is asked for. */
export const usualPeriod = '30d'

/** What the server is asked. What the address says in no known word is left out; days are judged by the server. */
export function askedOf(search: UsageSearch, timezone: string): AskedUsage {
  const { from, to, key, model, user } = search
  const status = UsageStatus.safeParse(search.status).data
  const period = UsagePeriod.safeParse(search.period).data ?? usualPeriod
  return {
    timezone,
    ...(from ? { from, ...(to && { to }) } : { period }),
    ...(key && { apiKey: key }),
    ...(model && { model }),
    ...(status && { status }),
    ...(user && { user }),
  }
}

type Between = { from: string; to: string }

/** The same, of the period before: as long, and up to where this one begins. */
export function askedBefore(asked: AskedUsage, { from, to }: Between): AskedUsage {
  const { period: _, ...filters } = asked
  const lengthMs = Date.parse(to) - Date.parse(from)
  return { ...filters, from: new Date(Date.parse(from) - lengthMs).toISOString(), to: from }
}

const filterNames = ['key', 'model', 'status', 'user'] as const

/** Whether more than the period narrows what is shown. */
export const hasFilters = (search: UsageSearch): boolean => filterNames.some((name) => search[name])

/** The address without its filters. */
export const withoutFilters = (search: UsageSearch): UsageSearch =>
  Object.fromEntries(
    Object.entries(search).filter(([name]) => !filterNames.some((filter) => filter === name)),
  )

/** The address after a change; what is empty or undefined in it goes. */
export const changed = (
  search: UsageSearch,
  change: { [Name in keyof UsageSearch]?: string | undefined },
): UsageSearch => Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value))
