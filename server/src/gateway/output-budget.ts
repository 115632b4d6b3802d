import type { Lease } from '../admission/index.ts'
import type { ModelEntry } from '../models/index.ts'
import type { ChatRequest } from './chat-request.ts'

type Asked = { chat: ChatRequest; model: ModelEntry }

/** The most output tokens a request can produce: what the client allows, else what the model does, over all choices. */
export const outputWanted = ({ chat, model }: Asked): number =>
  (chat.outputTokensAsked ?? model.outputTokensMax ?? Number.POSITIVE_INFINITY) * chat.choices

/** A cap the portal puts on each answer, and the request's field that says so. */
export type OutputCap = { field: string; tokens: number }

/**
 * The cap on a request with a token limit, or null. A stream is watched while it runs; a whole answer must fit what
 * was granted, so its request names it.
 */
export function outputCap({ chat, model, lease }: Asked & { lease: Lease }): OutputCap | null {
  if (chat.stream || !lease.limited) return null
  const tokens = Math.max(1, Math.floor(lease.outputTokens / chat.choices))
  if (chat.outputTokensAsked !== null && chat.outputTokensAsked <= tokens) return null
  return { field: chat.outputTokensField ?? defaultField(model), tokens }
}

// Reasoning models take no temperature, and their cap under its newer name only.
const defaultField = ({ temperatureDefault }: ModelEntry): string =>
  temperatureDefault === null ? 'max_completion_tokens' : 'max_tokens'
