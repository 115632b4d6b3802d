// Usage as this upstream declares it: a token is a whitespace-separated word, an image or document is nothing.
import type { JsonObject } from '../json.ts'
import type { Reply } from '../reply.ts'
import { countTokens } from '../words.ts'
import { type Block, blocksOf, type CacheControl, type MessagesRequest, textOf } from './request.ts'

/** Input tokens by how they are priced; together they are the whole prompt. */
export type InputUsage = {
  input_tokens: number
  cache_creation_input_tokens: number
  cache_read_input_tokens: number
}

/** The usage object of a whole answer; `thinking_tokens` are inside `output_tokens`. */
export type Usage = JsonObject & InputUsage & { output_tokens: number }

/** One piece of a prompt; `known` when an earlier request of the same conversation had it too. */
type Piece = { tokens: number; mark: CacheControl | null | undefined; known: boolean }

/** Input tokens of a request: the words of tools, system prompt and messages. */
export function inputTokens(request: MessagesRequest): number {
  return piecesOf(request).reduce((sum, { tokens }) => sum + tokens, 0)
}

/** The usage the upstream reports for this request and so many output tokens. */
export function usageObject(request: MessagesRequest, output: number, thinking = 0): Usage {
  const pieces = piecesOf(request)
  const end = pieces.findLastIndex(({ mark }) => mark != null)
  const cached = pieces.slice(0, end + 1)
  const sum = (some: readonly Piece[]) => some.reduce((total, { tokens }) => total + tokens, 0)
  const read = sum(cached.filter(({ known }) => known))
  const written = sum(cached) - read
  const hour = cached.at(-1)?.mark?.ttl === '1h'
  return {
    input_tokens: sum(pieces) - read - written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    cache_creation: {
      ephemeral_5m_input_tokens: hour ? 0 : written,
      ephemeral_1h_input_tokens: hour ? written : 0,
    },
    output_tokens: output,
    output_tokens_details: { thinking_tokens: thinking },
    server_tool_use: null,
    service_tier: 'standard',
  }
}

/** The usage of a request with this reply. */
export function usageOf(request: MessagesRequest, reply: Reply): Usage {
  const thinking = countTokens(reply.reasoning.join(''))
  const words = countTokens(reply.chunks.join('')) + countTokens(reply.refusal ?? '')
  const calls = reply.toolCalls.reduce(
    (sum, call) => sum + countTokens(call.name) + countTokens(call.arguments),
    0,
  )
  return usageObject(request, thinking + words + calls, thinking)
}

/** The prompt in the order the vendor caches it. What stands before the last assistant message was sent before. */
function piecesOf(request: MessagesRequest): Piece[] {
  const { tools, system, messages, cache_control: automatic } = request
  const answered = messages.findLastIndex(({ role }) => role === 'assistant')
  const pieces = [
    ...(tools ?? []).map(
      (tool): Piece => ({
        tokens: countTokens(
          `${tool.name} ${tool.description ?? ''} ${JSON.stringify(tool.input_schema ?? {})}`,
        ),
        mark: tool.cache_control,
        known: answered >= 0,
      }),
    ),
    ...blocksOf(system).map((block) => pieceOf(block, answered >= 0)),
    ...messages.flatMap(({ content }, index) =>
      blocksOf(content).map((block) => pieceOf(block, index < answered)),
    ),
  ]
  const last = pieces.at(-1)
  return automatic && last ? pieces.with(-1, { ...last, mark: automatic }) : pieces
}

function pieceOf(block: Block, known: boolean): Piece {
  return { tokens: countTokens(wordsIn(block)), mark: block.cache_control, known }
}

function wordsIn({ type, text, thinking, name, input, content }: Block): string {
  if (type === 'tool_use') return `${name} ${JSON.stringify(input)}`
  if (type === 'tool_result') return textOf(content)
  return text ?? thinking ?? ''
}
