import { isRecord } from '../json.ts'
import type { EncodedCall, ProviderCall } from '../provider.ts'
import { translateRequest } from './translate.ts'
import { withoutUnsignedThoughts } from './unsigned-thoughts.ts'

/** A request as the upstream gets it. */
export type EncodedRequest = EncodedCall & { headers: Readonly<Record<string, string>> }

/** @throws AppError invalid_request where the Messages API cannot do what is asked */
export const encodeRequest = (call: ProviderCall): EncodedRequest =>
  call.request.dialect === 'anthropic-messages' ? passOn(call) : { headers: {}, ...translateRequest(call) }

/** The client's own request, with only the portal's business changed. */
function passOn(call: ProviderCall): EncodedRequest {
  const { request, temperature, outputTokensCap } = call
  const { body, changed, ...asItCame } = withoutOurs(call)
  const thinking = outputTokensCap === null ? null : thinkingWithin(outputTokensCap, request.body.thinking)
  return {
    ...asItCame,
    body: {
      ...body,
      ...(temperature !== null && { temperature }),
      ...(outputTokensCap !== null && { max_tokens: outputTokensCap }),
      ...(thinking && { thinking }),
    },
    changed: [...changed, ...(thinking ? ['thinking'] : [])],
  }
}

/** The client's own request without what only an answer needs. */
export function encodeCountRequest(call: Pick<ProviderCall, 'request' | 'model'>): EncodedRequest {
  const { body, ...asItCame } = withoutOurs(call)
  const { max_tokens: _cap, stream: _stream, ...rest } = body
  return { ...asItCame, body: rest }
}

/** The client's own request under the upstream's name of the model, without what other servers or the portal put in. */
function withoutOurs({ request, model }: Pick<ProviderCall, 'request' | 'model'>): EncodedRequest {
  const { session_id: _ours, ...rest } = request.body
  const messages = withoutUnsignedThoughts(rest.messages)
  return {
    headers: request.headers,
    createRestore: null,
    body: { ...rest, model, ...(messages && { messages }) },
    changed: messages ? ['messages[].content[].thinking'] : [],
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
