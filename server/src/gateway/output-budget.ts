import type { Lease } from '../admission/index.ts'
import type { ModelEntry } from '../models/index.ts'
import type { ChatRequest } from './chat-request.ts'

type Asked = { chat: ChatRequest; model: ModelEntry }

/** The most output tokens a request can produce: what the client allows, else what the model does, over all choices. */
export const outputWanted = ({ chat, model }: Asked): number =>
  (chat.outputTokensAsked ?? model.outputTokensMax ?? Number.POSITIVE_INFINITY) * chat.choices

/**
 * The cap that the portal puts on each answer of a request with a token limit, in tokens; or null. A stream is watched
 * while it runs; a whole answer must fit what was granted. Where only some of a model's targets need a bound, all are
 * given the same: which will answer is not known when it is held.
 */
export function outputCap({
  chat,
  model,
  lease,
  isMixed,
}: Asked & { lease: Lease; isMixed: boolean }): number | null {
  if (!lease.limited) return null
  if (chat.stream) return isMixed && chat.outputTokensAsked === null ? model.outputTokensMax : null
  const tokens = Math.max(1, Math.floor(lease.outputTokens / chat.choices))
  return chat.outputTokensAsked !== null && chat.outputTokensAsked <= tokens ? null : tokens
}
