import type { NeutralMessage, UserBlock } from '../neutral/index.ts'

/** What a tool gave back to the model, as text. */
export type ToolResult = { callId: string; content: string; isError: boolean }

/** What a request says last. */
export type LastAsked = {
  /** The person's last words. */
  question: string
  /** What tools returned in the last turn. */
  results: ToolResult[]
  /** Whether nothing but results was said in it. */
  isGoingOn: boolean
}

/** Tells the end of a conversation: a question, what tools returned, or both. */
export function lastAsked(messages: readonly NeutralMessage[]): LastAsked {
  const turns = messages.flatMap(({ role, content }) => (role === 'user' ? [content] : []))
  const last = turns.at(-1) ?? []
  const results = last.flatMap(resultOf)
  const isGoingOn = results.length > 0 && results.length === last.length
  const asked = isGoingOn ? turns.findLast((turn) => wordsOf(turn) !== '') : last
  return { question: wordsOf(asked ?? []), results, isGoingOn }
}

function resultOf(block: UserBlock): ToolResult[] {
  if (block.type !== 'tool-result') return []
  const { callId, content, isError } = block
  return [{ callId, content: content.map(shownOf).join('\n\n'), isError }]
}

/** Of what is no text its kind is told. */
const shownOf = (block: Exclude<UserBlock, { type: 'tool-result' }>): string =>
  block.type === 'text' ? block.text : `[${block.mediaType}]`

const wordsOf = (turn: readonly UserBlock[]): string =>
  turn.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
