import type { AnswerEvent } from '../../neutral/index.ts'
import { createJsonEnd } from './json-end.ts'

/** One part of an answer, whole. */
export type AnswerPart =
  | { type: 'text' | 'refusal'; text: string }
  | { type: 'reasoning'; text: string; signature: string | null }
  | { type: 'redacted-reasoning'; data: string }
  | { type: 'tool-call'; key: number; id: string | null; name: string | null; input: string }

type Finish = Extract<AnswerEvent, { type: 'finish' }>

/** An answer put together from its events. */
export type Gathered = { id: string | null; parts: AnswerPart[]; finish: Finish }

/** Puts an answer together: what belongs together in one part, in the order it began. */
export function gathered(events: readonly AnswerEvent[]): Gathered {
  const answer: Gathered = {
    id: null,
    parts: [],
    finish: { type: 'finish', reason: 'stop', native: null, stopSequence: null },
  }
  for (const event of events) {
    if (event.type === 'start') answer.id ??= event.id
    else if (event.type === 'finish') answer.finish = event
    else add(answer.parts, event)
  }
  return answer
}

/** What is known of a call so far. */
type KnownCall = {
  id: string | null
  name: string | null
  /** Whether its arguments are whole. */
  isComplete(): boolean
}

/**
 * Whether a piece begins a call after the one known under its key: some servers give all calls the same index, and
 * no ids. Some say id and name with every piece.
 */
export function isAnotherCall(
  known: KnownCall,
  { id, name }: { id: string | null; name: string | null },
): boolean {
  if (!name || !known.name) return false
  if (id && known.id) return id !== known.id
  return name !== known.name || known.isComplete()
}

type PartEvent = Exclude<AnswerEvent, Finish | { type: 'start' }>

function add(parts: AnswerPart[], event: PartEvent): void {
  const last = parts.at(-1)
  switch (event.type) {
    case 'redacted-reasoning':
      parts.push({ ...event })
      break
    case 'reasoning-signature':
      if (last?.type === 'reasoning' && last.signature === null) last.signature = event.signature
      else parts.push({ type: 'reasoning', text: '', signature: event.signature })
      break
    case 'reasoning':
      if (last?.type === 'reasoning' && last.signature === null) last.text += event.text
      else if (event.text !== '') parts.push({ type: 'reasoning', text: event.text, signature: null })
      break
    case 'tool-call':
      addToCall(parts, event)
      break
    default:
      if (last?.type === event.type) last.text += event.text
      else if (event.text !== '') parts.push({ ...event })
  }
}

function addToCall(parts: AnswerPart[], event: Extract<AnswerEvent, { type: 'tool-call' }>): void {
  const call = parts.findLast((part) => part.type === 'tool-call' && part.key === event.key)
  const isKnown = call?.type === 'tool-call'
  if (!isKnown || isAnotherCall({ ...call, isComplete: () => isComplete(call.input) }, event)) {
    parts.push({ ...event })
    return
  }
  call.id ??= event.id
  call.name ??= event.name
  call.input += event.input
}

function isComplete(input: string): boolean {
  const end = createJsonEnd()
  end.push(input)
  return end.isComplete
}
