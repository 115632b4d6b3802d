import { billingPeriodAt, tokenCeiling } from '../accounts/index.ts'
import type { Admission, AdmissionRequest, Lease } from '../admission/index.ts'
import type { Principal } from '../http/index.ts'
import type { ModelEntry } from '../models/index.ts'
import type { TokenCounter } from '../tokens/index.ts'
import type { ChatRequest } from './chat-request.ts'
import { outputWanted } from './output-budget.ts'
import { refusalError } from './refusal.ts'

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
  const request = admissionRequest(asking)
  const headroom = await admission.headroom(request)
  const inputTokens = await inputTokensFor(asking.chat, { headroom, tokens })
  const outcome = await admission.consume({ ...request, inputTokens })
  if (!outcome.admitted) throw refusalError(outcome, inputTokens)
  return { lease: outcome.lease, inputTokens }
}

/**
 * Takes a place among the requests of a minute and those at once for one that costs no tokens, or refuses it with
 * nothing taken: who has no tokens left may still ask.
 * @throws AppError rate_limit_exceeded
 */
export async function admitWithoutTokens(admission: Admission, asking: Asking): Promise<Lease> {
  const { key, organisation } = admissionRequest(asking)
  const outcome = await admission.consume({
    key: { ...key, tokensPerDay: null, tokensPerMonth: null },
    organisation: { ...organisation, tokensPerPeriod: null, tokensPerDay: null },
    inputTokens: 0,
    outputTokensMax: 0,
  })
  if (!outcome.admitted) throw refusalError(outcome, 0)
  return outcome.lease
}

// No tokenizer makes more than a token of a byte, and none fits more than this many bytes into one for long.
const bytesPerTokenMax = 16

/** The estimate, or near a limit, where it might let too much in or keep somebody out, a count. */
async function inputTokensFor(
  chat: ChatRequest,
  { headroom, tokens }: { headroom: number; tokens: TokenCounter },
): Promise<number> {
  const { textBytes, imageTokens, inputTokensEstimate } = chat
  const isNear = textBytes + imageTokens >= headroom && textBytes / bytesPerTokenMax + imageTokens < headroom
  return isNear ? imageTokens + (await tokens.count(chat.promptTexts(), headroom)) : inputTokensEstimate
}

const admissionRequest = ({ chat, model, ...asking }: Asking): AdmissionRequest => ({
  ...limitsOf(asking),
  inputTokens: chat.inputTokensEstimate,
  outputTokensMax: outputWanted({ chat, model }),
})

/** The limits that guard whatever somebody asks for. */
export function limitsOf({
  principal,
  nowMs,
}: Pick<Asking, 'principal' | 'nowMs'>): Pick<AdmissionRequest, 'key' | 'organisation'> {
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
      tokensPerDay: entitlements.tokensPerDay,
      period: billingPeriodAt(entitlements.billingAnchorAt, nowMs),
      parallelMax: entitlements.parallelMax,
    },
  }
}
