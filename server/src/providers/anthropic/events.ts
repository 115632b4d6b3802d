import { type AnswerEvent, asSpelled, type FinishReason } from '../../neutral/index.ts'
import { isRecord, recordAsSpelled, textOf, textOrNull } from '../json.ts'
import type { Answer, StreamFrame } from '../provider.ts'
import { inputText } from './produced.ts'

type Json = Record<string, unknown>

/** What a whole message says. */
export function eventsOfAnswer(answer: Answer): AnswerEvent[] {
  const json = hasCalls(answer.json.content) ? recordAsSpelled(answer.body) : answer.json
  const blocks: unknown[] = Array.isArray(json.content) ? json.content : []
  // What an answer was cut in is its last block: that this has no input says only that none had come.
  const cutAt = cutStops.has(json.stop_reason) ? blocks.length - 1 : null
  const eventsOf = (block: unknown, key: number) =>
    isRecord(block) ? blockEvents(block, { key, noInput: key === cutAt ? '' : '{}' }) : []
  return [{ type: 'start', id: textOrNull(json.id) }, ...blocks.flatMap(eventsOf), ...finishEvents(json)]
}

/** Whether there are calls: the numbers in their input are the only ones whose spelling matters to anybody. */
const hasCalls = (content: unknown): boolean => Array.isArray(content) && content.some(isCall)
const isCall = (block: unknown): boolean => isRecord(block) && block.type === 'tool_use'

const cutStops = new Set<unknown>(['max_tokens', 'model_context_window_exceeded', 'refusal'])

/** What one event of a stream says. A tool call's key is its block's index, and its input may stay empty. */
export function eventsOfFrame(frame: StreamFrame): AnswerEvent[] {
  // Most of a stream: its JSON is never asked for.
  if (frame.textField) return spoken(frame.textField === 'thinking' ? 'reasoning' : 'text', frame.text)
  const { json } = frame
  if (!json) return []
  return eventsOfEvent(isCall(json.content_block) ? asSpelled(frame.data, json) : json)
}

function eventsOfEvent(json: Json): AnswerEvent[] {
  const key = Number(json.index ?? 0)
  switch (json.type) {
    case 'message_start':
      return [{ type: 'start', id: isRecord(json.message) ? textOrNull(json.message.id) : null }]
    case 'content_block_start':
      return isRecord(json.content_block) ? blockEvents(json.content_block, { key, noInput: '' }) : []
    case 'content_block_delta':
      return isRecord(json.delta) ? deltaEvents(json.delta, key) : []
    case 'message_delta':
      return isRecord(json.delta) && json.delta.stop_reason != null ? finishEvents(json.delta) : []
    default:
      return []
  }
}

/** Blocks that only Anthropic's own tools make say nothing to others. */
function blockEvents(block: Json, { key, noInput }: { key: number; noInput: string }): AnswerEvent[] {
  switch (block.type) {
    case 'text':
      return spoken('text', block.text)
    case 'thinking':
      return [...spoken('reasoning', block.thinking), ...signed(block.signature)]
    case 'redacted_thinking':
      return [{ type: 'redacted-reasoning', data: textOf(block.data) }]
    case 'tool_use':
      return [
        {
          type: 'tool-call',
          key,
          id: textOrNull(block.id),
          name: textOrNull(block.name),
          input: inputText(block.input) || noInput,
        },
      ]
    default:
      return []
  }
}

function deltaEvents(delta: Json, key: number): AnswerEvent[] {
  switch (delta.type) {
    case 'text_delta':
      return spoken('text', delta.text)
    case 'thinking_delta':
      return spoken('reasoning', delta.thinking)
    case 'signature_delta':
      return signed(delta.signature)
    case 'input_json_delta': {
      const input = textOf(delta.partial_json)
      return input === '' ? [] : [{ type: 'tool-call', key, id: null, name: null, input }]
    }
    default:
      return []
  }
}

const spoken = (type: 'text' | 'reasoning' | 'refusal', value: unknown): AnswerEvent[] =>
  textOf(value) === '' ? [] : [{ type, text: textOf(value) }]

const signed = (signature: unknown): AnswerEvent[] =>
  textOf(signature) === '' ? [] : [{ type: 'reasoning-signature', signature: textOf(signature) }]

/** Why an answer ended, and before that what a refusal says of itself. */
function finishEvents({ stop_reason, stop_sequence, stop_details }: Json): AnswerEvent[] {
  const native = textOrNull(stop_reason)
  const explanation = native === 'refusal' && isRecord(stop_details) ? stop_details.explanation : null
  return [
    ...spoken('refusal', explanation),
    {
      type: 'finish',
      reason: (native && reasons.get(native)) || 'stop',
      native,
      stopSequence: textOrNull(stop_sequence),
    },
  ]
}

const reasons = new Map<string, FinishReason>([
  ['max_tokens', 'length'],
  ['tool_use', 'tool-calls'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
  ['model_context_window_exceeded', 'context-full'],
])
