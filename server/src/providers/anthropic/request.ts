import { isRecord } from '../json.ts'
import type { EncodedCall, ProviderCall } from '../provider.ts'
import { translateRequest } from './translate.ts'

/** A request as the upstream gets it. */
export type EncodedRequest = EncodedCall & { headers: Readonly<Record<string, string>> }

/** @throws AppError invalid_request where the Messages API cannot do what is asked */
export const encodeRequest = (call: ProviderCall): EncodedRequest =>
  call.request.dialect === 'anthropic-messages' ? passOn(call) : { headers: {}, ...translateRequest(call) }

/** The client's own request, with only the portal's business changed. */
function passOn({ request, model, temperature, outputTokensCap }: ProviderCall): EncodedRequest {
  const { session_id: _ours, ...rest } = request.body
  const body = { ...rest, model, ...(temperature !== null && { temperature }) }
  const asItCame = { headers: request.headers, createRestore: null }
  if (outputTokensCap === null) return { ...asItCame, body, changed: [] }
  const thinking = thinkingWithin(outputTokensCap, rest.thinking)
  return {
    ...asItCame,
    body: { ...body, max_tokens: outputTokensCap, ...(thinking && { thinking }) },
    changed: thinking ? ['thinking'] : [],
  }
}

/** The client's own request without what only an answer needs. */
export function encodeCountRequest({
  request,
  model,
}: Pick<ProviderCall, 'request' | 'model'>): EncodedRequest {
  const { session_id: _ours, max_tokens: _cap, stream: _stream, ...rest } = request.body
  return { headers: request.headers, body: { ...rest, model }, changed: [], createRestore: null }
}

const budgetTokensMin = 1024

/** What is left of a budget for thoughts where the portal's cap would make it one that Anthropic refuses; else null. */
function thinkingWithin(cap: number, thinking: unknown): Record<string, unknown> | null {
  if (!isRecord(thinking) || thinking.type !== 'enabled') return null
  if (typeof thinking.budget_tokens !== 'number' || thinking.budget_tokens < cap) return null
  if (cap <= budgetTokensMin) return { type: 'disabled' }
  return { ...thinking, budget_tokens: Math.max(budgetTokensMin, Math.floor(cap / 2)) }
}
