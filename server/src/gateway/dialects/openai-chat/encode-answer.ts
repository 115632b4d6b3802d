import type { AnswerEvent } from '../../../neutral/index.ts'
import { answerId } from '../answer-id.ts'
import type { AnswerContext, FinalUsage } from '../dialect.ts'
import { type AnswerPart, gathered } from '../gathered.ts'
import { finishFields, isWhole } from './finish.ts'
import { thinkingBlocks } from './thinking-blocks.ts'
import { encodeUsage } from './usage.ts'

/** A whole answer of an upstream that speaks another dialect. */
export function encodeAnswer(
  events: readonly AnswerEvent[],
  { model, requestId, usage }: AnswerContext & { usage: FinalUsage },
): string {
  const { id, parts, finish } = gathered(events)
  const calls = toolCalls(parts, { requestId, ifBare: isWhole(finish) ? '{}' : '' })
  const refusal = textsOf(parts, 'refusal')
  const message = { role: 'assistant', ...messageOf(parts), refusal: refusal || null }
  return JSON.stringify({
    id: answerId('chatcmpl-', id, requestId),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [
      {
        index: 0,
        message: calls.length > 0 ? { ...message, tool_calls: calls } : message,
        logprobs: null,
        ...finishFields(finish, { calls: calls.length > 0, refusal: refusal !== '' }),
      },
    ],
    usage: encodeUsage(usage),
  })
}

const textsOf = (parts: readonly AnswerPart[], type: 'text' | 'refusal' | 'reasoning'): string =>
  parts.map((part) => (part.type === type ? part.text : '')).join('')

function messageOf(parts: readonly AnswerPart[]) {
  const text = textsOf(parts, 'text')
  const reasoning = textsOf(parts, 'reasoning')
  const blocks = thinkingBlocks(parts)
  const hasCalls = parts.some(({ type }) => type === 'tool-call')
  return {
    content: text === '' && hasCalls ? null : text,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(blocks.length > 0 && { thinking_blocks: blocks }),
  }
}

const toolCalls = (
  parts: readonly AnswerPart[],
  { requestId, ifBare }: { requestId: string; ifBare: string },
) =>
  parts
    .filter((part) => part.type === 'tool-call')
    .map(({ id, name, input }, index) => ({
      id: id || madeUpCallId(requestId, index),
      type: 'function',
      function: { name: name ?? '', arguments: input || ifBare },
    }))

/** For a call whose upstream gave it no id. */
export const madeUpCallId = (requestId: string, index: number): string => `call_${requestId}_${index}`
