import { encodeToolId, type ToolCallBlock, type ToolResultBlock } from '../../neutral/index.ts'
import { contentBlocks, type Json, markOf, spokenBlocks, textBlock, thoughtBlocks } from './blocks.ts'
import { parseInput } from './input.ts'
import { invalid } from './invalid.ts'
import { checkToolName } from './tools.ts'
import type { Turn } from './turns.ts'

/** Calls whose results have to come next, by the client's ids and by those they go out under. */
type OpenCall = { id: string; sentAs: string }

/**
 * The conversation as Anthropic takes it: thoughts, texts, then calls in an assistant's turn; in the user's next one
 * their results, then all else.
 * @throws AppError invalid_request for calls without results, results without calls, and what cannot be sent at all
 */
export function encodeTurns(turns: readonly Turn[]): Json[] {
  const ids: SentIds = { used: new Set(), next: new Map() }
  let open: OpenCall[] = []
  const encoded = turns.map((turn) => {
    if (turn.role === 'system') return { role: 'system', content: turn.blocks.map(textBlock) }
    if (turn.role === 'user') {
      const content = userContent(turn, open)
      open = []
      return { role: 'user', content }
    }
    open = openCalls(turn.blocks, ids)
    return { role: 'assistant', content: assistantContent(turn, open) }
  })
  failIfOpen(open)
  return withoutTrailingSpace(encoded)
}

type UserTurn = Extract<Turn, { role: 'user' }>
type AssistantTurn = Extract<Turn, { role: 'assistant' }>

/** The ids sent so far, and for each that came again the number to try next: from 2 each time takes too long. */
type SentIds = { used: Set<string>; next: Map<string, number> }

/** An id may come again in a later turn, from clients that count from 0 in each; Anthropic wants them all to differ. */
function openCalls(blocks: AssistantTurn['blocks'], { used, next }: SentIds): OpenCall[] {
  return blocks
    .filter((block) => block.type === 'tool-call')
    .map(({ id }) => {
      let sentAs = encodeToolId(id)
      let n = next.get(id) ?? 2
      for (; used.has(sentAs); n++) sentAs = encodeToolId(`${id}#${n}`)
      next.set(id, n)
      used.add(sentAs)
      return { id, sentAs }
    })
}

function assistantContent({ blocks, at }: AssistantTurn, open: readonly OpenCall[]): Json[] {
  const calls = blocks.filter((block) => block.type === 'tool-call')
  return [
    ...thoughtBlocks(blocks),
    ...spokenBlocks(blocks),
    ...calls.map((call, i) => callBlock(call, { sentAs: open[i]?.sentAs ?? '', at })),
  ]
}

function callBlock(call: ToolCallBlock, { sentAs, at }: { sentAs: string; at: string }): Json {
  checkToolName(call.name, at)
  return { type: 'tool_use', id: sentAs, name: call.name, input: parseInput(call.input, at), ...markOf(call) }
}

function userContent({ blocks, at }: UserTurn, open: readonly OpenCall[]): Json[] {
  const results = blocks.filter((block) => block.type === 'tool-result')
  // From the back, so that of calls with one id the first made is answered first.
  const waiting = Map.groupBy(open.toReversed(), ({ id }) => id)
  const answered = new Set<OpenCall>()
  const answers = results.map((result) => {
    const call = waiting.get(result.callId)?.pop()
    if (!call) {
      throw invalid(
        at,
        `There is no tool call "${result.callId}" before this result. Send results right after the calls they answer.`,
      )
    }
    answered.add(call)
    return resultBlock(result, { sentAs: call.sentAs, at })
  })
  failIfOpen(open.filter((call) => !answered.has(call)))
  return [
    ...answers,
    ...contentBlocks(
      blocks.filter((block) => block.type !== 'tool-result'),
      at,
    ),
  ]
}

function resultBlock(result: ToolResultBlock, { sentAs, at }: { sentAs: string; at: string }): Json {
  const content = contentBlocks(result.content, at)
  return {
    type: 'tool_result',
    tool_use_id: sentAs,
    ...(content.length > 0 && { content }),
    ...(result.isError && { is_error: true }),
    ...markOf(result),
  }
}

function failIfOpen([call]: readonly OpenCall[]): void {
  if (call)
    throw invalid(
      'messages',
      `The tool call "${call.id}" has no result. Send one right after the turn that made it.`,
    )
}

/** An answer that the client has begun may not end in white space. */
function withoutTrailingSpace(messages: Json[]): Json[] {
  const last = messages.at(-1)
  const block = last?.role === 'assistant' && Array.isArray(last.content) ? last.content.at(-1) : null
  if (block?.type === 'text') block.text = block.text.trimEnd()
  return messages
}
