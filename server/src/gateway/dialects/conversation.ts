import type {
  AssistantBlock,
  NeutralMessage,
  TextBlock,
  ToolResultBlock,
  UserBlock,
} from '../../neutral/index.ts'
import { fault } from './faults.ts'

/** What one message of a client says; `index` is its place, for whoever has to mend it. */
export type Piece = { index: number } & NeutralMessage

type Turn = NeutralMessage & { index: number }
/** Where a block came from. */
type Origins = Map<object, number>

/**
 * Puts messages into turns that alternate: what a tool returned right after the turn that called it, in the order of
 * the calls and before anything else, thoughts first and calls last in the turn that made them.
 * @throws AppError invalid_request where calls and results do not belong together
 */
export function inTurns(pieces: readonly Piece[]): NeutralMessage[] {
  const turns: Turn[] = []
  const origins: Origins = new Map()
  let lastAssistant = -1
  for (const piece of pieces) {
    for (const block of piece.content) origins.set(block, piece.index)
    if (piece.role === 'user') addUser(turns, piece, lastAssistant + 1)
    else addTo(turns, piece)
    if (piece.role === 'assistant') lastAssistant = turns.length - 1
  }
  for (const [at, turn] of turns.entries()) {
    if (turn.role === 'assistant') turn.content = turn.content.toSorted((a, b) => rankOf(a) - rankOf(b))
    if (turn.role === 'user') turn.content = inOrder(turn.content, { asked: turns[at - 1], origins })
    checkAnswered(turn, { next: turns[at + 1], origins })
  }
  return turns.map(({ index: _, ...turn }) => turn)
}

function addTo(turns: Turn[], piece: Piece): void {
  const last = turns.at(-1)
  if (last?.role === piece.role) append<object>(last.content, piece.content)
  else turns.push({ ...piece, content: [...piece.content] } as Turn)
}

// Not spread into push: of a hundred thousand arguments the stack is full.
function append<T>(list: T[], more: readonly T[]): void {
  for (const one of more) list.push(one)
}

const isResult = (block: UserBlock): block is ToolResultBlock => block.type === 'tool-result'

/** @param at the place right after the last turn of the assistant */
function addUser(turns: Turn[], { index, content }: Extract<Piece, { role: 'user' }>, at: number): void {
  const results = content.filter(isResult)
  const rest = content.filter((block) => !isResult(block))
  if (results.length > 0) {
    const next = turns[at]
    if (next?.role === 'user') append<UserBlock>(next.content, results)
    else turns.splice(at, 0, { role: 'user', index, content: results })
  }
  if (rest.length > 0) addTo(turns, { role: 'user', index, content: rest })
}

const ranks: Partial<Record<AssistantBlock['type'], number>> = {
  reasoning: 0,
  'redacted-reasoning': 0,
  'tool-call': 2,
}
const rankOf = ({ type }: AssistantBlock): number => ranks[type] ?? 1

const callsOf = (turn: Turn | undefined) =>
  turn?.role === 'assistant' ? turn.content.filter((block) => block.type === 'tool-call') : []

const resultsOf = (turn: Turn | undefined) => (turn?.role === 'user' ? turn.content.filter(isResult) : [])

/** A user's turn with its results first, as they were called for. */
function inOrder(
  content: UserBlock[],
  { asked, origins }: { asked: Turn | undefined; origins: Origins },
): UserBlock[] {
  const places = new Map(callsOf(asked).map(({ id }, place) => [id, place]))
  const results = content.filter(isResult)
  const seen = new Set<string>()
  for (const result of results) {
    const where = `messages[${origins.get(result)}]`
    if (!places.has(result.callId)) {
      throw fault(
        where,
        `No call in the turn before has the id ${quoted(result.callId)}. Leave the result out, or send its call too.`,
      )
    }
    if (seen.has(result.callId)) {
      throw fault(where, `The call ${quoted(result.callId)} has a result already. Send one for each call.`)
    }
    seen.add(result.callId)
  }
  const placeOf = ({ callId }: ToolResultBlock) => places.get(callId) ?? 0
  return [
    ...results.toSorted((a, b) => placeOf(a) - placeOf(b)),
    ...content.filter((block) => !isResult(block)),
  ]
}

function checkAnswered(turn: Turn, { next, origins }: { next: Turn | undefined; origins: Origins }): void {
  const answered = new Set(resultsOf(next).map(({ callId }) => callId))
  const seen = new Set<string>()
  for (const call of callsOf(turn)) {
    const where = `messages[${origins.get(call)}]`
    if (seen.has(call.id)) {
      throw fault(where, `Two calls have the id ${quoted(call.id)}. Give each its own.`)
    }
    seen.add(call.id)
    if (answered.has(call.id)) continue
    throw fault(
      where,
      `The tool call ${quoted(call.id)} has no result. Send what the tool returned right after it, or leave the call out.`,
    )
  }
}

const quoted = (id: string): string => JSON.stringify(id.slice(0, 100))

/** Texts that say something: an empty one is refused by some models and means nothing to the others. */
export const textBlock = (text: string, cache?: Record<string, unknown>): TextBlock[] =>
  text.trim() === '' ? [] : [{ type: 'text', text, ...(cache && { cache }) }]
