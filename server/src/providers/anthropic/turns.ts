import type { AssistantBlock, NeutralMessage, TextBlock, UserBlock } from '../../neutral/index.ts'
import { isBlank } from './blocks.ts'
import { invalid } from './invalid.ts'

type Role<T> = { at: string } & T
type UserTurn = Role<{ role: 'user'; blocks: UserBlock[] }>
type AssistantTurn = Role<{ role: 'assistant'; blocks: AssistantBlock[] }>
type SystemTurn = Role<{ role: 'system'; blocks: TextBlock[] }>

/** What one side says until the other does; `at` names the first of the client's messages in it. */
export type Turn = UserTurn | AssistantTurn | SystemTurn

/**
 * The conversation in turns, neighbours of one role made one. An instruction in the middle stays where it is, as a
 * turn of its own where the model takes one, else inside the user's.
 * @throws AppError invalid_request for a message that says nothing
 */
export function turnsOf(messages: readonly NeutralMessage[], takesSystemTurns: boolean): Turn[] {
  const placed = messages.map(turnOf).filter((turn) => turn !== null)
  const next = nextSpeakers(placed)
  const turns: Turn[] = []
  for (const [i, turn] of placed.entries()) {
    // Anthropic takes an instruction only after a user's turn, and before an assistant's or at the end.
    const fits = takesSystemTurns && isAfterUser(turns.at(-1)) && next[i] !== 'user'
    append(turns, turn.role === 'system' && !fits ? asUser(turn) : turn)
  }
  return turns
}

const isAfterUser = (last: Turn | undefined): boolean => last?.role === 'user' || last?.role === 'system'

/** Who speaks after each turn, instructions aside; null where nobody does. From the back, to look at each once. */
function nextSpeakers(turns: readonly Turn[]): ('user' | 'assistant' | null)[] {
  let next: 'user' | 'assistant' | null = null
  const fromBack = turns.toReversed().map(({ role }) => {
    const following = next
    if (role !== 'system') next = role
    return following
  })
  return fromBack.reverse()
}

const asUser = ({ blocks, at }: SystemTurn): UserTurn => ({
  role: 'user',
  at,
  blocks: blocks.map((block) => ({ ...block, text: `<system>\n${block.text}\n</system>` })),
})

function append(turns: Turn[], turn: Turn): void {
  const last = turns.at(-1)
  if (last?.role === 'user' && turn.role === 'user') addAll(last.blocks, turn.blocks)
  else if (last?.role === 'assistant' && turn.role === 'assistant') addAll(last.blocks, turn.blocks)
  else if (last?.role === 'system' && turn.role === 'system') addAll(last.blocks, turn.blocks)
  else turns.push(turn)
}

/** One by one: as arguments of a single call a client's many blocks would overflow the stack. */
function addAll<T>(blocks: T[], more: readonly T[]): void {
  for (const block of more) blocks.push(block)
}

/** A message as a turn, without what Anthropic refuses; null where only thoughts were said that nobody takes back. */
function turnOf(message: NeutralMessage, index: number): Turn | null {
  const at = `messages[${index}]`
  if (message.role === 'assistant') return assistantTurn(message.content, at)
  const isEmpty = message.content.every(isEmptyText)
  if (isEmpty) throw invalid(at, 'The message is empty. Give it some text, or leave it out.')
  if (message.role === 'user') return { role: 'user', at, blocks: [...message.content] }
  return { role: 'system', at, blocks: message.content.filter((block) => !isBlank(block)) }
}

const isEmptyText = (block: UserBlock | AssistantBlock): boolean =>
  (block.type === 'text' || block.type === 'refusal') && isBlank(block)

const isThought = ({ type }: AssistantBlock): boolean => type === 'reasoning' || type === 'redacted-reasoning'

function assistantTurn(content: readonly AssistantBlock[], at: string): AssistantTurn | null {
  // A turn cannot end in thoughts, so those alone are none.
  if (content.some((block) => !isThought(block) && !isEmptyText(block)))
    return { role: 'assistant', at, blocks: [...content] }
  if (content.some(isThought)) return null
  throw invalid(at, 'The message is empty. Give it some text or a tool call, or leave it out.')
}

/** Whether an instruction had to go into a user's turn. */
export function areInstructionsMoved(messages: readonly NeutralMessage[], turns: readonly Turn[]): boolean {
  const given = messages.flatMap((message) => (message.role === 'system' ? message.content : []))
  const kept = turns.flatMap((turn) => (turn.role === 'system' ? turn.blocks : []))
  return kept.length < given.filter((block) => !isBlank(block)).length
}
