import { isRecord } from '../json.ts'
import type { ProviderCall } from '../provider.ts'
import { translateRequest } from './translate.ts'

/** A request as the upstream gets it, and what of the client's was left out or changed for it. */
export type EncodedRequest = {
  headers: Readonly<Record<string, string>>
  body: Record<string, unknown>
  changed: string[]
}

/** @throws AppError invalid_request where the Messages API cannot do what is asked */
export const encodeRequest = (call: ProviderCall): EncodedRequest =>
  call.request.dialect === 'anthropic-messages' ? passOn(call) : { headers: {}, ...translateRequest(call) }

/** The client's own request, with only the portal's business changed. */
function passOn({ request, model, temperature, outputTokensCap }: ProviderCall): EncodedRequest {
  const { session_id: _ours, ...rest } = request.body
  const body = { ...rest, model, ...(temperature !== null && { temperature }) }
  if (outputTokensCap === null) return { headers: request.headers, body, changed: [] }
  const thinking = thinkingWithin(outputTokensCap, rest.thinking)
  return {
    headers: request.headers,
    body: { ...body, max_tokens: outputTokensCap, ...(thinking && { thinking }) },
    changed: thinking ? ['thinking'] : [],
  }
}

const budgetTokensMin = 1024

/** What is left of a budget for thoughts where the portal's cap would make it one that Anthropic refuses; else null. */
function thinkingWithin(cap: number, thinking: unknown): Record<string, unknown> | null {
  if (!isRecord(thinking) || thinking.type !== 'enabled') return null
  if (typeof thinking.budget_tokens !== 'number' || thinking.budget_tokens < cap) return null
  if (cap <= budgetTokensMin) return { type: 'disabled' }
  return { ...thinking, budget_tokens: Math.max(budgetTokensMin, Math.floor(cap / 2)) }
}
