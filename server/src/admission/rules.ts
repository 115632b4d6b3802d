import type { AdmissionRequest, LimitRule, Refused } from './admission.ts'
import { limitFrom, tokensFrom } from './amounts.ts'
import type { Use } from './counters.ts'
import { type TokenPeriod, usedOf } from './token-periods.ts'

const PARALLEL_RETRY_MS = 1000
const UNKNOWN_RESET_MS = 60_000

/** One limit as one request meets it; `resetsAt` in epoch ms, a limit of Infinity is none. */
export type Rule = { rule: LimitRule; limit: number; used: number; needed: number; resetsAt: number }

/** A rule on the tokens of a period. */
export type TokenRule = Rule & { period: TokenPeriod }

/** The rules on requests per minute, in the order in which a refusal names them. */
export function requestRulesOf({ key, organisation }: AdmissionRequest, use: Use, now: number): Rule[] {
  const keyLimit = limitFrom(key.requestsPerMinute)
  const organisationLimit = limitFrom(organisation.requestsPerMinute)
  return [
    {
      rule: 'key_requests_per_minute',
      limit: keyLimit,
      used: use.key.requests.countAt(now),
      needed: 1,
      resetsAt: use.key.requests.freesAt(keyLimit, now),
    },
    {
      rule: 'organisation_requests_per_minute',
      limit: organisationLimit,
      used: use.organisation.requests.countAt(now),
      needed: 1,
      resetsAt: use.organisation.requests.freesAt(organisationLimit, now),
    },
  ]
}

/** The rules on tokens, in the order in which a refusal names them: the input and one token of output must fit. */
export function tokenRulesOf(request: AdmissionRequest, use: Use): TokenRule[] {
  const { key, organisation } = request
  const { organisationDay } = use
  const needed = tokensFrom(request.inputTokens) + 1
  const ofDay: TokenRule[] = organisationDay
    ? [
        {
          rule: 'organisation_tokens_per_day',
          limit: limitFrom(organisation.tokensPerDay ?? null),
          used: usedOf(organisationDay),
          needed,
          resetsAt: organisationDay.endsAt,
          period: organisationDay,
        },
      ]
    : []
  return [
    {
      rule: 'key_tokens_per_day',
      limit: limitFrom(key.tokensPerDay),
      used: usedOf(use.day),
      needed,
      resetsAt: use.day.endsAt,
      period: use.day,
    },
    {
      rule: 'key_tokens_per_month',
      limit: limitFrom(key.tokensPerMonth),
      used: usedOf(use.month),
      needed,
      resetsAt: use.month.endsAt,
      period: use.month,
    },
    ...ofDay,
    {
      rule: 'organisation_tokens_per_period',
      limit: limitFrom(organisation.tokensPerPeriod),
      used: usedOf(use.period),
      needed,
      resetsAt: organisation.period.endsAt,
      period: use.period,
    },
  ]
}

/** The rule on leases open at the same time. */
export function parallelRuleOf({ organisation }: AdmissionRequest, use: Use, now: number): Rule {
  return {
    rule: 'organisation_parallel',
    limit: limitFrom(organisation.parallelMax),
    used: use.organisation.openLeases,
    needed: 1,
    resetsAt: Math.ceil(now + PARALLEL_RETRY_MS),
  }
}

/** Whether what the request needs fits under the limit. */
export function hasRoom({ used, needed, limit }: Rule): boolean {
  return used + needed <= limit
}

/** The refusal by a rule without room. */
export function refusalBy({ rule, limit, used, resetsAt: at }: Rule, now: number): Refused {
  const resetsAt = Number.isFinite(at) ? at : Math.ceil(now + UNKNOWN_RESET_MS)
  const retryAfterSeconds = Math.max(1, Math.ceil((resetsAt - now) / 1000))
  return { admitted: false, rule, limit, used, resetsAt, retryAfterSeconds }
}
