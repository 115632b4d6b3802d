import { type AnswerEvent, clientToolId, parseLossless } from '../../../neutral/index.ts'
import type { AnswerContext, FinalUsage } from '../dialect.ts'
import { type AnswerPart, gathered } from '../gathered.ts'
import { isRecord } from '../lossless.ts'
import { messageHead } from './events.ts'
import { stopFields } from './stop-reason.ts'
import { encodeUsage } from './usage.ts'

type Block = Record<string, unknown>

/** A whole answer of an upstream that speaks another dialect. */
export function encodeAnswer(
  events: readonly AnswerEvent[],
  context: AnswerContext & { usage: FinalUsage },
): string {
  const { id, parts, finish } = gathered(events)
  const isCut = finish.reason === 'length' || finish.reason === 'context-full'
  const content = parts.flatMap((part, i) => blockOf(part, { callId: madeUpCallId(context, i), isCut }))
  const calls = content.some(({ type }) => type === 'tool_use')
  const refusal = parts.map((part) => (part.type === 'refusal' ? part.text : '')).join('')
  return JSON.stringify({
    ...messageHead(context, id),
    content,
    ...stopFields(finish, { calls, refusal }),
    usage: encodeUsage(context.usage),
  })
}

/** For a call whose upstream gave it no id. */
export const madeUpCallId = ({ requestId }: AnswerContext, index: number): string => `${requestId}_${index}`

function blockOf(part: AnswerPart, { callId, isCut }: { callId: string; isCut: boolean }): Block[] {
  switch (part.type) {
    case 'reasoning':
      return [{ type: 'thinking', thinking: part.text, signature: part.signature ?? '' }]
    case 'redacted-reasoning':
      return [{ type: 'redacted_thinking', data: part.data }]
    case 'tool-call': {
      const input = inputOf(part.input, isCut)
      if (!part.name || !input) return []
      return [{ type: 'tool_use', id: clientToolId(part.id || callId), name: part.name, input }]
    }
    default:
      return [{ type: 'text', text: part.text }]
  }
}

/**
 * The arguments of a call; null where they were cut, as a call must not be made with half of them. What is no JSON
 * though it is whole goes to the client's tool as Anthropic recommends, to be refused there and mended by the model.
 */
function inputOf(text: string, isCut: boolean): Block | null {
  if (text.trim() === '') return isCut ? null : {}
  try {
    const input = parseLossless(text)
    if (isRecord(input)) return input
  } catch {}
  return isCut ? null : { INVALID_JSON: text }
}
