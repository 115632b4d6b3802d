// An answer of the messages endpoint: its blocks, its end, and the body without a stream.
import type { Answer } from '../behaviour.ts'
import { type JsonObject, parseJson } from '../json.ts'
import { type Ending, type Reply, replyTo } from '../reply.ts'
import { type MessagesRequest, questionOf } from './request.ts'
import { signatureOf } from './signature.ts'
import { type Usage, usageObject, usageOf } from './usage.ts'

/** A request with what its answer is made of. */
export type Asked = { request: MessagesRequest; id: string; answer: Answer }

/** A content block, whole and as the deltas of a stream; `opening` is how its `content_block_start` has it. */
export type AnswerBlock = { whole: JsonObject; opening: JsonObject; deltas: readonly JsonObject[] }

/** What an answer consists of in either form. */
export type Said = {
  blocks: readonly AnswerBlock[]
  /** `stop_reason` and what belongs to it. */
  end: { stop_reason: string | null; stop_sequence: string | null; stop_details: JsonObject | null }
  /** As scripted, else as counted. */
  usage: JsonObject
}

/** What the answer to a request consists of. */
export function said({ request, answer }: Asked): Said {
  const reply = replyTo(questionOf(request), answer)
  return {
    blocks: blocksOf(reply, { answer, hidden: request.thinking?.display === 'omitted' }),
    end: endOf(reply, answer),
    usage: answer.usageAs === 'zero' ? usageZero(request) : (answer.usage ?? usageOf(request, reply)),
  }
}

/** The body of an answer without stream. */
export function messageBody(asked: Asked): JsonObject {
  const { blocks, end, usage } = said(asked)
  return {
    ...messageOf(asked, { content: blocks.map(({ whole }) => whole), ...end }),
    ...(asked.answer.usageAs !== 'missing' && { usage }),
    ...asked.answer.extra,
  }
}

/** The message object without its usage. */
export function messageOf({ request, id }: Asked, inner: JsonObject): JsonObject {
  return { id, type: 'message', role: 'assistant', model: request.model, container: null, ...inner }
}

function usageZero(request: MessagesRequest): Usage {
  return usageObject({ ...request, messages: [], system: null, tools: null }, 0)
}

const stopReasons: Record<Ending, string> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
}

function endOf(reply: Reply, { finishReason }: Answer): Said['end'] {
  return {
    stop_reason: finishReason === undefined ? stopReasons[reply.ending] : finishReason,
    stop_sequence: reply.stopSequence,
    stop_details:
      reply.refusal === undefined ? null : { type: 'refusal', category: null, explanation: reply.refusal },
  }
}

function blocksOf(reply: Reply, { answer, hidden }: { answer: Answer; hidden: boolean }): AnswerBlock[] {
  const redacted = (answer.redacted ?? []).map((data): AnswerBlock => {
    const whole = { type: 'redacted_thinking', data }
    return { whole, opening: whole, deltas: [] }
  })
  return [
    ...(reply.reasoning.length > 0 ? [thinkingBlock(hidden ? [] : reply.reasoning)] : []),
    ...redacted,
    ...(reply.chunks.length > 0 ? [textBlock(reply.chunks)] : []),
    ...reply.toolCalls.map(toolBlock),
  ]
}

function thinkingBlock(pieces: readonly string[]): AnswerBlock {
  const thinking = pieces.join('')
  const signature = signatureOf(thinking)
  return {
    whole: { type: 'thinking', thinking, signature },
    opening: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...pieces.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      { type: 'signature_delta', signature },
    ],
  }
}

function textBlock(chunks: readonly string[]): AnswerBlock {
  const block = (text: string) => ({ type: 'text', text })
  return {
    whole: block(chunks.join('')),
    opening: block(''),
    deltas: chunks.map((text) => ({ type: 'text_delta', text })),
  }
}

function toolBlock(call: Reply['toolCalls'][number], index: number): AnswerBlock {
  const pieces = call.pieces ?? call.arguments.match(/.{1,8}/gsu) ?? []
  const block = (input: unknown) => ({
    type: 'tool_use',
    id: call.id ?? `toolu_${index}`,
    name: call.name,
    input,
    caller: { type: 'direct' },
  })
  return {
    // What a limit cut off inside its arguments has none.
    whole: block(parseJson(call.arguments) ?? {}),
    opening: block({}),
    deltas: ['', ...pieces].map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
  }
}
