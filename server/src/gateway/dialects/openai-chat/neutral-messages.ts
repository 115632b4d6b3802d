import type { AssistantBlock, NeutralMessage, TextBlock, ToolCallBlock } from '../../../neutral/index.ts'
import { inTurns, type Piece, textBlock } from '../conversation.ts'
import { fault } from '../faults.ts'
import { isRecord } from '../lossless.ts'
import { cacheOf, partsOf, textBlocks, userBlocks } from './neutral-parts.ts'
import { hasThoughts, reasoningBlocks } from './neutral-reasoning.ts'

type Message = Record<string, unknown>

/**
 * The conversation of an OpenAI body: instructions before it apart, the rest in turns.
 * @throws AppError invalid_request with the index of the message at fault
 */
export function neutralMessages(messages: readonly Message[]): {
  system: TextBlock[]
  messages: NeutralMessage[]
} {
  const begins = messages.findIndex(({ role }) => !isInstruction(role))
  if (begins < 0) throw fault('messages', 'Add a message of the user: there are instructions only.')
  return {
    system: messages.slice(0, begins).flatMap((message, i) => textBlocks(message, `messages[${i}]`)),
    messages: inTurns(messages.flatMap((message, i) => (i < begins ? [] : pieceOf(message, i)))),
  }
}

const isInstruction = (role: unknown): boolean => role === 'system' || role === 'developer'

function pieceOf(message: Message, index: number): Piece[] {
  const param = `messages[${index}]`
  switch (message.role) {
    case 'system':
    case 'developer':
      return said({ role: 'system', index, content: textBlocks(message, param) })
    case 'user':
      return filled({ role: 'user', index, content: userBlocks(message, param) })
    case 'assistant':
      return assistantPiece({ role: 'assistant', index, content: assistantBlocks(message, param) }, message)
    case 'tool':
      return [{ role: 'user', index, content: [toolResult(message, param)] }]
    default:
      throw fault(
        `${param}.role`,
        'Messages of functions are not taken by this model. Send tools and "tool" messages.',
      )
  }
}

// Thoughts alone that no model takes back, e.g. of an answer that was cut: nothing that could be mended.
const assistantPiece = (piece: Piece, message: Message): Piece[] =>
  hasThoughts(message) ? said(piece) : filled(piece)

const said = (piece: Piece): Piece[] => (piece.content.length > 0 ? [piece] : [])

function filled(piece: Piece): Piece[] {
  if (piece.content.length > 0) return [piece]
  throw fault(`messages[${piece.index}]`, 'The message is empty. Write something in it, or leave it out.')
}

function toolResult(message: Message, param: string) {
  const { tool_call_id: callId } = message
  if (typeof callId !== 'string')
    throw fault(`${param}.tool_call_id`, 'Name the call that this is the result of.')
  // The mark is of the result as a whole.
  const { cache_control: _, ...unmarked } = message
  const content = userBlocks(unmarked, param)
  return { type: 'tool-result', callId, content, isError: false, ...cacheOf(message) } as const
}

function assistantBlocks(message: Message, param: string): AssistantBlock[] {
  if (message.function_call != null) throw fault(`${param}.function_call`, 'Send the call in tool_calls.')
  const { cache } = cacheOf(message)
  const blocks = [...ownWords(message, param), ...callsOf(message, param)]
  const last = blocks.at(-1)
  if (cache && last && last.type !== 'refusal') blocks.splice(-1, 1, { ...last, cache })
  return [...reasoningBlocks(message), ...blocks]
}

type OwnWords = Extract<AssistantBlock, { type: 'text' | 'refusal' }>

function ownWords(message: Message, param: string): OwnWords[] {
  const parts = partsOf(message, param).flatMap(({ value, param: at }): OwnWords[] => {
    if (typeof value.refusal === 'string') return refusalBlock(value.refusal)
    if (value.type === 'text' && typeof value.text === 'string')
      return textBlock(value.text, cacheOf(value).cache)
    throw fault(at, 'An assistant message has parts of the types "text" and "refusal" only.')
  })
  return [...parts, ...(typeof message.refusal === 'string' ? refusalBlock(message.refusal) : [])]
}

const refusalBlock = (text: string): OwnWords[] => (text === '' ? [] : [{ type: 'refusal', text }])

function callsOf({ tool_calls: calls }: Message, param: string): ToolCallBlock[] {
  if (calls == null) return []
  if (!Array.isArray(calls)) throw fault(`${param}.tool_calls`, 'Send an array of calls.')
  return calls.map((call, i) => callOf(call, `${param}.tool_calls[${i}]`))
}

function callOf(call: unknown, param: string): ToolCallBlock {
  if (!isRecord(call) || !isRecord(call.function) || typeof call.id !== 'string') {
    throw fault(param, 'A call is {"id", "type": "function", "function": {"name", "arguments"}}.')
  }
  const { name, arguments: input } = call.function
  return {
    type: 'tool-call',
    id: call.id,
    name: toolName(name, `${param}.function.name`),
    input: inputText(input, `${param}.function.arguments`),
    ...cacheOf(call),
  }
}

/** @throws AppError invalid_request for a name that not every model takes */
export function toolName(name: unknown, param: string): string {
  if (typeof name === 'string' && /^[a-zA-Z0-9_-]{1,128}$/.test(name)) return name
  throw fault(param, 'A tool’s name has letters, digits, "_" and "-" only, 128 at most.')
}

/** A call without arguments has none: that is an empty object. */
function inputText(input: unknown, param: string): string {
  if (input == null || (typeof input === 'string' && input.trim() === '')) return '{}'
  if (typeof input === 'string' && isObject(input)) return input
  throw fault(param, 'The arguments must be a JSON object, as text.')
}

function isObject(text: string): boolean {
  try {
    return isRecord(JSON.parse(text))
  } catch {
    return false
  }
}
