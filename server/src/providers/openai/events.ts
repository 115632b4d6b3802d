import { type AnswerEvent, asSpelled, type FinishReason } from '../../neutral/index.ts'
import { isRecord, recordAsSpelled, textOf, textOrNull } from '../json.ts'
import type { Answer, StreamFrame } from '../provider.ts'
import { readSaid } from './said.ts'

type Json = Record<string, unknown>

/** What a whole answer's first choice says. */
export function eventsOfAnswer({ json, body }: Answer): AnswerEvent[] {
  const parsed = firstChoice(json)
  const choice = parsed && hasObjects(parsed.message) ? firstChoice(recordAsSpelled(body)) : parsed
  // Whole calls are each their own, whatever index a server gives them.
  const said = isRecord(choice?.message) ? contentEvents(choice.message, (_, position) => position) : []
  const finish = choice ? finishEvent(choice) : null
  return [
    { type: 'start', id: textOrNull(json.id) },
    ...said,
    { type: 'finish', native: null, stopSequence: null, ...finish, reason: reasonOf(finish?.reason, said) },
  ]
}

/** What one chunk says of the first choice. `start` comes with each chunk that names a role, mostly one. */
export function eventsOfFrame(frame: StreamFrame): AnswerEvent[] {
  // Most of a stream: its JSON is never asked for.
  if (frame.textField) return [{ type: 'text', text: frame.text }]
  const { json } = frame
  const parsed = json ? firstChoice(json) : undefined
  if (!json || !parsed) return []
  const choice = hasObjects(parsed.delta) ? (firstChoice(asSpelled(frame.data, json)) ?? parsed) : parsed
  const delta = isRecord(choice.delta) ? choice.delta : {}
  const start: AnswerEvent[] = delta.role == null ? [] : [{ type: 'start', id: textOrNull(json.id) }]
  const finish = finishEvent(choice)
  return [...start, ...contentEvents(delta, keyOfPiece), ...(finish ? [finish] : [])]
}

function firstChoice({ choices }: Json): Json | undefined {
  const found: unknown[] = Array.isArray(choices) ? choices : []
  return found.filter(isRecord).find(({ index }) => index == null || index === 0)
}

/** Whether calls have their arguments as objects: the only numbers of an answer whose spelling matters to anybody. */
const hasObjects = (message: unknown): boolean =>
  isRecord(message) &&
  Array.isArray(message.tool_calls) &&
  message.tool_calls.some(
    (call) => isRecord(call) && isRecord(call.function) && isRecord(call.function.arguments),
  )

/** Which of an answer's calls this is, or is a piece of. */
type KeyOf = (call: Json, position: number) => number

const keyOfPiece: KeyOf = ({ index }, position) => (typeof index === 'number' ? index : position)

/** In the order a model makes them: thoughts first. */
function contentEvents(message: Json, keyOf: KeyOf): AnswerEvent[] {
  const { reasoning, text, refusal } = readSaid(message)
  return [
    ...spoken('reasoning', reasoning),
    ...spoken('text', text),
    ...spoken('refusal', refusal),
    ...callEvents(message.tool_calls, keyOf),
  ]
}

const spoken = (type: 'reasoning' | 'text' | 'refusal', text: string): AnswerEvent[] =>
  text === '' ? [] : [{ type, text }]

function callEvents(calls: unknown, keyOf: KeyOf): AnswerEvent[] {
  if (!Array.isArray(calls)) return []
  return calls.filter(isRecord).map((call, position) => {
    const called = isRecord(call.function) ? call.function : {}
    return {
      type: 'tool-call',
      key: keyOf(call, position),
      id: textOrNull(call.id),
      name: textOrNull(called.name),
      // Some servers send the object itself.
      input: isRecord(called.arguments) ? JSON.stringify(called.arguments) : textOf(called.arguments),
    }
  })
}

type Finish = Extract<AnswerEvent, { type: 'finish' }>

function finishEvent(choice: Json): Finish | null {
  const native = textOrNull(choice.finish_reason)
  if (native === null) return null
  // vLLM and SGLang name the string that ended the answer; a number is a token's.
  const stopSequence = textOrNull(choice.stop_reason) ?? textOrNull(choice.matched_stop)
  return { type: 'finish', reason: reasons.get(native) ?? 'stop', native, stopSequence }
}

const reasons = new Map<string, FinishReason>([
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'refusal'],
])

/** Some servers end with `stop` what they end in tool calls, and OpenAI a refusal. */
function reasonOf(told: FinishReason | undefined, said: readonly AnswerEvent[]): FinishReason {
  if (told !== undefined && told !== 'stop') return told
  if (said.some(({ type }) => type === 'tool-call')) return 'tool-calls'
  return said.some(({ type }) => type === 'refusal') ? 'refusal' : 'stop'
}
