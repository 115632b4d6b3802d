// Ends an answer where the request says: before a stop string, or after so many tokens.
import type { Reply } from './answer.ts'
import { countTokens, encodeText, firstTokens } from './tokens.ts'
import type { ChatRequest, ToolCall } from './wire.ts'

export type Finish = 'stop' | 'length' | 'tool_calls'
/** One choice of an answer, as long as it may be; `tokens` is what it costs. */
export type Choice = { content: string | null; calls: ToolCall[]; finish: Finish; tokens: number }
type Limits = Pick<ChatRequest, 'stop' | 'tokensMax'>

/** Applies `stop` (text and JSON only) and the token limit (everything) to a reply. */
export function limitReply(reply: Reply, limits: Limits): Promise<Choice> {
  return reply.kind === 'text' ? limitText(reply.text, limits) : limitCalls(reply.calls, limits.tokensMax)
}

async function limitText(text: string, { stop, tokensMax }: Limits): Promise<Choice> {
  const total = (await encodeText(text)).length
  const isCut = total > tokensMax
  const allowed = isCut ? await firstTokens(text, tokensMax) : text
  const ends = stop.map((end) => allowed.indexOf(end)).filter((at) => at >= 0)
  if (ends.length === 0) {
    return {
      content: allowed,
      calls: [],
      finish: isCut ? 'length' : 'stop',
      tokens: Math.min(total, tokensMax),
    }
  }
  const content = allowed.slice(0, Math.min(...ends))
  return { content, calls: [], finish: 'stop', tokens: await countTokens([content]) }
}

/** A call that does not fit keeps the start of its arguments, as an upstream that runs out of tokens sends them. */
async function limitCalls(calls: ToolCall[], tokensMax: number): Promise<Choice> {
  const kept: ToolCall[] = []
  let tokens = 0
  for (const call of calls) {
    const nameTokens = await countTokens([call.name])
    const callTokens = nameTokens + (await countTokens([call.arguments]))
    if (tokens + callTokens > tokensMax) {
      const left = Math.max(0, tokensMax - tokens - nameTokens)
      kept.push({ ...call, arguments: await firstTokens(call.arguments, left) })
      return { content: null, calls: kept, finish: 'length', tokens: tokensMax }
    }
    kept.push(call)
    tokens += callTokens
  }
  return { content: null, calls: kept, finish: 'tool_calls', tokens }
}
