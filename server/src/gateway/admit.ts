import { billingPeriodAt, tokenCeiling } from '../accounts/index.ts'
import type { Admission, AdmissionRequest, Lease, Refused } from '../admission/index.ts'
import { AppError } from '../errors.ts'
import type { Principal } from '../http/index.ts'
import type { ModelEntry } from '../models/index.ts'
import type { TokenCounter } from '../tokens/index.ts'
import type { ChatRequest } from './chat-request.ts'
import { promptTexts } from './dialects/index.ts'

type Asking = { principal: Principal; chat: ChatRequest; model: ModelEntry; nowMs: number }

/** A request let in: its lease, and the input tokens it was let in with. */
export type Admitted = { lease: Lease; inputTokens: number }

/**
 * Takes a place and tokens for a request, or refuses it with nothing taken.
 * @throws AppError rate_limit_exceeded, token_limit_exceeded
 */
export async function admit(
  { admission, tokens }: { admission: Admission; tokens: TokenCounter },
  asking: Asking,
): Promise<Admitted> {
  const estimate = asking.chat.inputTokensEstimate
  const first = await admission.consume(admissionRequest(asking, estimate))
  if (first.admitted) return { lease: first.lease, inputTokens: estimate }
  if (!isTokenRule(first) || asking.chat.hasImages) throw refusal(first)
  // Bytes say too much near a limit: only a count may turn somebody away.
  const counted = await tokens.count(promptTexts(asking.chat.body))
  if (counted >= estimate) throw refusal(first)
  const second = await admission.consume(admissionRequest(asking, counted))
  if (!second.admitted) throw refusal(second)
  return { lease: second.lease, inputTokens: counted }
}

function admissionRequest({ principal, chat, model, nowMs }: Asking, inputTokens: number): AdmissionRequest {
  const { key, organisationId, userId, entitlements } = principal
  return {
    key: {
      id: key?.id ?? userId,
      requestsPerMinute: key?.rpmLimit ?? null,
      tokensPerDay: key?.dailyLimit ?? null,
      tokensPerMonth: key?.monthlyLimit ?? null,
    },
    organisation: {
      id: organisationId,
      requestsPerMinute: entitlements.requestsPerMinute,
      tokensPerPeriod: tokenCeiling(entitlements),
      period: billingPeriodAt(entitlements.billingAnchorAt, nowMs),
      parallelMax: entitlements.parallelMax,
    },
    inputTokens,
    outputTokensMax: (chat.outputTokensAsked ?? model.outputTokensMax) * chat.choices,
  }
}

const isTokenRule = ({ rule }: Refused): boolean => rule.includes('_tokens_')

const rules: Record<Refused['rule'], string> = {
  key_requests_per_minute: 'This key’s limit of {limit} requests a minute is reached.',
  organisation_requests_per_minute: 'Your organisation’s limit of {limit} requests a minute is reached.',
  key_tokens_per_day: 'This key’s limit of {limit} tokens a day is reached: {used} are used or held.',
  key_tokens_per_month: 'This key’s limit of {limit} tokens a month is reached: {used} are used or held.',
  organisation_tokens_per_period:
    'Your plan’s {limit} tokens of this billing period are used up or held ({used}). Upgrade the plan to go on sooner.',
  organisation_parallel: 'Your organisation has {limit} requests under way, as many as the plan allows.',
}

/** The 429 a refused request gets: which limit, whose, how much is used, and when it resets. */
function refusal(refused: Refused): AppError {
  const { rule, limit, used, resetsAt, retryAfterSeconds } = refused
  const resets = new Date(resetsAt).toISOString()
  const sentence = rules[rule].replace('{limit}', String(limit)).replace('{used}', String(used))
  return new AppError(isTokenRule(refused) ? 'token_limit_exceeded' : 'rate_limit_exceeded', {
    message: `${sentence} It resets at ${resets}.`,
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
      ...(isTokenRule(refused) && { 'x-should-retry': 'false' }),
    },
  })
}
