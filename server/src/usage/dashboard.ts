import type { UsageQuery, UsageSummary, UsageToday, usageEndpoints } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { createPlaces, inPlace, type Principal } from '../http/index.ts'
import { asCsv, asJson } from './export.ts'
import { tellToday } from './live.ts'
import { filterOptions } from './options.ts'
import { usageOfPlan } from './plan.ts'
import { rangeOf, slotsOf } from './range.ts'
import { countRatings } from './ratings.ts'
import { allRequests, pageOfRequests } from './requests.ts'
import { scopeFor, seesAll } from './scope.ts'
import { queryOf } from './sources.ts'
import { amountsOf, summarise } from './summary.ts'
import { sumGroups } from './sums.ts'
import { timesOfSlots } from './times.ts'
import { totalOf } from './totals.ts'

type Output<Name extends keyof typeof usageEndpoints> = z.output<(typeof usageEndpoints)[Name]['output']>
type Query<Name extends keyof typeof usageEndpoints> = z.output<
  NonNullable<(typeof usageEndpoints)[Name]['query']>
>

/** What people used, as they may see it. All throw AppError invalid_request and permission_denied. */
export type Dashboard = {
  summary: (principal: Principal, query: UsageQuery) => Promise<UsageSummary>
  latency: (principal: Principal, query: UsageQuery) => Promise<Output<'latency'>>
  requests: (principal: Principal, query: Query<'requests'>) => Promise<Output<'requests'>>
  export: (principal: Principal, query: Query<'export'>) => Promise<AsyncIterable<string>>
  ratings: (principal: Principal, query: Query<'ratings'>) => Promise<Output<'ratings'>>
  filters: (principal: Principal) => Promise<Output<'filters'>>
  plan: (principal: Principal) => Promise<Output<'plan'>>
  live: (
    listener: { readmit: () => Promise<Principal>; hasLeft: () => boolean },
    query: Query<'live'>,
  ) => AsyncIterable<string>
}

const exportsMax = 2

/** Exports under way for one person, in one process. */
const enterExport = createPlaces(
  exportsMax,
  () =>
    new AppError('rate_limit_exceeded', {
      message: `${exportsMax} exports of yours are under way. Wait for one of them.`,
    }),
)

type DashboardDeps = {
  db: Kysely<Tables>
  /** Milliseconds since 1970. */
  now: () => number
  isClosing: () => boolean
}

/** Builds it. */
export function createDashboard({ db, now, isClosing }: DashboardDeps): Dashboard {
  const asked = async (principal: Principal, query: UsageQuery) => ({
    scope: scopeFor(principal, query),
    range: await rangeOf(db, query, now()),
  })

  async function today(principal: Principal, { timezone }: Query<'live'>): Promise<UsageToday> {
    const date = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(now())
    const range = await rangeOf(db, { from: date, timezone }, now())
    return amountsOf(totalOf(await sumGroups(db, await queryOf(db, scopeFor(principal, {}), range), [])))
  }

  return {
    async summary(principal, query) {
      const { scope, range } = await asked(principal, query)
      const slots = await slotsOf(db, range, query.timezone)
      return summarise(db, { scope, range, slots, showsUsers: seesAll(principal) })
    },
    async latency(principal, query) {
      const { scope, range } = await asked(principal, query)
      const slots = await slotsOf(db, range, query.timezone)
      return { data: await timesOfSlots(db, await queryOf(db, scope, range), slots) }
    },
    requests: async (principal, { limit, cursor, ...query }) =>
      pageOfRequests(db, await asked(principal, query), { limit, cursor }),
    async export(principal, { format, ...query }) {
      const pages = allRequests(db, await asked(principal, query))
      return inPlace(enterExport, principal.userId, format === 'csv' ? asCsv(pages) : asJson(pages))
    },
    async ratings(principal, query) {
      const { timezone } = query
      return { data: await countRatings(db, { ...(await asked(principal, query)), timezone }) }
    },
    filters: async (principal) =>
      filterOptions(db, principal, await rangeOf(db, { period: '90d', timezone: 'UTC' }, now())),
    plan: (principal) => usageOfPlan(db, principal, now()),
    live: (listener, query) =>
      tellToday({ ...listener, today: (principal) => today(principal, query), isClosing }),
  }
}
