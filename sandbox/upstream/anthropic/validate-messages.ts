// The rules between messages: who begins, thinking before words, tool uses against their results.
import { isObject } from '../json.ts'
import { type Block, type Message, type Turn, turnsOf } from './request.ts'
import { type Check, first, inside, object, oneOf, type Place, problem, textOr } from './shape.ts'
import { contents } from './validate-blocks.ts'

/** The first thing wrong with a list of messages. */
export const checkMessages: Check = (messages, at) => {
  if (!Array.isArray(messages)) return problem(at, 'Input should be a valid list.')
  if (messages.length === 0) return problem(at, 'at least one message is required.')
  return (
    first(messages.entries(), ([index, message]) =>
      checkMessage(message, { at: inside(at, index), isLast: index === messages.length - 1 }),
    ) ?? checkConversation(messages)
  )
}

function checkMessage(message: unknown, { at, isLast }: { at: Place; isLast: boolean }): string | undefined {
  const role = isObject(message) ? String(message.role) : ''
  const blocks = Object.hasOwn(contents, role) ? contents[role] : undefined
  const shape = blocks
    ? object({ role: oneOf(role), content: textOr(() => undefined, blocks) })
    : object({ role: oneOf(...Object.keys(contents)), content: () => undefined })
  const fault = shape(message, at)
  if (fault !== undefined) return fault
  const { content } = message as Message
  if (content.length > 0) {
    const mayStand = typeof content !== 'string' || content.trim() !== ''
    return mayStand ? undefined : problem(at, 'text content blocks must contain non-whitespace text.')
  }
  return isLast && role === 'assistant'
    ? undefined
    : problem(at, 'all messages must have non-empty content except for the optional final assistant message.')
}

function checkConversation(messages: readonly Message[]): string | undefined {
  const turns = turnsOf(messages)
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role.'
  const ids = new Set<string>()
  return (
    first(turns.entries(), ([index, turn]) => {
      const before = turns[index - 1]
      if (turn.role === 'system') return checkSystem(turn, before)
      if (turn.role === 'user') return checkResults(turn, before)
      return checkThinkingFirst(turn) ?? checkCalls(turn, { ids, next: turns[index + 1] })
    }) ?? checkEnding(messages.at(-1))
  )
}

function checkSystem(turn: Turn, before: Turn | undefined): string | undefined {
  return before?.role === 'user'
    ? undefined
    : `messages.${turn.at}: a "system" message must directly follow a "user" message.`
}

const isThinking = ({ type }: Block) => type === 'thinking' || type === 'redacted_thinking'

function checkThinkingFirst({ blocks }: Turn): string | undefined {
  const words = blocks.findIndex(({ block }) => !isThinking(block))
  const late = words < 0 ? undefined : blocks.slice(words).find(({ block }) => isThinking(block))
  return late && `${late.at}: thinking blocks must stand first in their turn.`
}

function checkCalls(
  turn: Turn,
  { ids, next }: { ids: Set<string>; next: Turn | undefined },
): string | undefined {
  const calls = turn.blocks.filter(({ block }) => block.type === 'tool_use')
  const repeated = calls.find(({ block }) => {
    const id = String(block.id)
    return ids.has(id) || !ids.add(id)
  })
  if (repeated) return `${repeated.at}: \`tool_use\` ids must be unique.`
  const answered = new Set(leadingResults(next).map(({ block }) => block.tool_use_id))
  const open = calls.filter(({ block }) => !answered.has(block.id)).map(({ block }) => block.id)
  return open.length === 0
    ? undefined
    : `messages.${turn.at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
        `${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block at the ` +
        'beginning of the next message.'
}

function leadingResults(turn: Turn | undefined): Turn['blocks'] {
  if (turn?.role !== 'user') return []
  const end = turn.blocks.findIndex(({ block }) => block.type !== 'tool_result')
  return end < 0 ? turn.blocks : turn.blocks.slice(0, end)
}

function checkResults(turn: Turn, before: Turn | undefined): string | undefined {
  const asked = new Set(
    before?.role === 'assistant'
      ? before.blocks.flatMap(({ block }) => (block.type === 'tool_use' ? [block.id] : []))
      : [],
  )
  const results = turn.blocks.filter(({ block }) => block.type === 'tool_result')
  const stranger = results.find(({ block }) => !asked.delete(block.tool_use_id))
  return (
    stranger &&
    `${stranger.at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stranger.block.tool_use_id}. ` +
      'Each `tool_use` block of the previous message must have exactly one `tool_result`.'
  )
}

function checkEnding(last: Message | undefined): string | undefined {
  if (last?.role !== 'assistant') return undefined
  const text = typeof last.content === 'string' ? last.content : (last.content.at(-1)?.text ?? '')
  return text === text.trimEnd()
    ? undefined
    : 'messages: final assistant content cannot end with trailing whitespace.'
}
