import type { Refused } from '../admission/index.ts'
import { AppError } from '../errors.ts'

const limits: Record<Refused['rule'], string> = {
  key_requests_per_minute: 'This key’s limit of {limit} requests a minute is reached.',
  organisation_requests_per_minute: 'Your organisation’s limit of {limit} requests a minute is reached.',
  key_tokens_per_day: 'This key may use {limit} tokens a day',
  key_tokens_per_month: 'This key may use {limit} tokens a month',
  organisation_tokens_per_day: 'Your organisation may use {limit} tokens a day',
  organisation_tokens_per_period: 'Your organisation may use {limit} tokens in this billing period',
  organisation_parallel: 'Your organisation has {limit} requests under way, as many as it may.',
}

/** The 429 a refused request gets: which limit, whose, how much is used, what it needs, and when it resets. */
export function refusalError(refused: Refused, inputTokens: number): AppError {
  const { rule, limit, used, resetsAt, retryAfterSeconds } = refused
  const isTokens = rule.includes('_tokens_')
  const resets = new Date(resetsAt).toISOString()
  const about = limits[rule].replace('{limit}', String(limit))
  return new AppError(isTokens ? 'token_limit_exceeded' : 'rate_limit_exceeded', {
    message: `${about}${isTokens ? `: ${tokenSentence(refused, inputTokens)}` : ''} It resets at ${resets}.`,
    meta: {
      limit: rule,
      scope: rule.startsWith('key') ? 'key' : 'organisation',
      maximum: limit,
      used,
      resets_at: resets,
    },
    headers: {
      'retry-after': String(retryAfterSeconds),
      // Clients would otherwise sleep for hours: waiting does not help.
      ...(isTokens && { 'x-should-retry': 'false' }),
    },
  })
}

function tokenSentence({ limit, used }: Refused, inputTokens: number): string {
  if (used >= limit)
    return `all are used or held (${used}). Raise the limit or upgrade the plan to go on sooner.`
  const left = `${limit - used} are left (${used} used or held) and this request’s input alone needs about ${inputTokens}.`
  return inputTokens >= limit
    ? `${left} It will never fit: send less, or raise the limit.`
    : `${left} Send less, or wait.`
}
