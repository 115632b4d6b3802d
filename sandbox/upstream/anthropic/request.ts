// The request after the shape checks of `validate.ts`: only the fields an answer depends on.
import type { JsonObject } from '../json.ts'
import type { Question } from '../reply.ts'

/** One content block, as far as answers and their price look into it. */
export type Block = {
  type: string
  text?: string
  thinking?: string
  id?: string
  name?: string
  input?: JsonObject
  tool_use_id?: string
  content?: string | readonly Block[] | null
  cache_control?: CacheControl | null
}

/** A mark of the prompt cache. */
export type CacheControl = { type: 'ephemeral'; ttl?: '5m' | '1h' | null }

/** One message of a checked request. */
export type Message = { role: 'user' | 'assistant' | 'system'; content: string | readonly Block[] }

/** A tool of a checked request; those with a `type` of the vendor's have no schema. */
export type Tool = {
  name?: string
  description?: string
  input_schema?: JsonObject
  cache_control?: CacheControl | null
}

/** A checked messages or count-tokens request. */
export type MessagesRequest = {
  model: string
  messages: readonly Message[]
  max_tokens?: number
  system?: string | readonly Block[] | null
  stream?: boolean | null
  stop_sequences?: readonly string[] | null
  tools?: readonly Tool[] | null
  tool_choice?: { type: string; name?: string; disable_parallel_tool_use?: boolean | null } | null
  thinking?: { type: string; display?: string | null } | null
  output_config?: { format?: { schema: JsonObject } | null } | null
  cache_control?: CacheControl | null
}

/** Consecutive messages of one role count as one turn; `at` says for each block where it stands. */
export type Turn = { role: Message['role']; at: number; blocks: readonly { block: Block; at: string }[] }

/** The blocks of a content: a string is one text block, an empty one none. */
export function blocksOf(content: string | readonly Block[] | null | undefined): readonly Block[] {
  if (typeof content !== 'string') return content ?? []
  return content === '' ? [] : [{ type: 'text', text: content }]
}

/** The turns of a conversation; system messages stay apart. */
export function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = []
  for (const [index, { role, content }] of messages.entries()) {
    const blocks = blocksOf(content).map((block, place) => ({
      block,
      at: typeof content === 'string' ? `messages.${index}.content` : `messages.${index}.content.${place}`,
    }))
    const last = turns.at(-1)
    if (last?.role === role && role !== 'system') {
      turns.splice(-1, 1, { ...last, blocks: [...last.blocks, ...blocks] })
    } else turns.push({ role, at: index, blocks })
  }
  return turns
}

/** The text of a content: its text blocks joined by a space. */
export function textOf(content: string | readonly Block[] | null | undefined): string {
  return blocksOf(content)
    .flatMap(({ type, text = '' }) => (type === 'text' ? [text] : []))
    .join(' ')
}

/** What a reply to this request depends on. */
export function questionOf(request: MessagesRequest): Question {
  const turns = turnsOf(request.messages.filter(({ role }) => role !== 'system'))
  const last = turns.at(-1)?.role === 'user' ? blocksOfTurn(turns.at(-1)) : []
  const result = last.findLast(({ type }) => type === 'tool_result')
  const spoken = last.some(({ type }) => type === 'text')
  const user = turns.findLast((turn) => turn.role === 'user' && textOf(blocksOfTurn(turn)) !== '')
  const schema = request.output_config?.format?.schema
  return {
    userText: textOf(blocksOfTurn(user)),
    toolText: result && !spoken ? textOf(result.content) : undefined,
    format: schema ? { schema } : 'text',
    stops: request.stop_sequences ?? [],
    tokensMax: request.max_tokens ?? Number.POSITIVE_INFINITY,
    tools: (request.tools ?? []).flatMap(({ name, input_schema: schema }) =>
      name !== undefined && schema ? [{ name, schema }] : [],
    ),
    choice: choiceOf(request.tool_choice),
    parallel: request.tool_choice?.disable_parallel_tool_use !== true,
    callId: (index) => `toolu_${request.messages.length}_${index}`,
    thinks: thinks(request, turns),
  }
}

function blocksOfTurn(turn: Turn | undefined): readonly Block[] {
  return (turn?.blocks ?? []).map(({ block }) => block)
}

function choiceOf(choice: MessagesRequest['tool_choice']): Question['choice'] {
  if (choice?.type === 'tool') return { name: choice.name ?? '' }
  if (choice?.type === 'any') return 'required'
  return choice?.type === 'none' ? 'none' : 'auto'
}

/** Thinking that was not on when the tools were called stays off until they have answered, as at the vendor. */
function thinks({ thinking }: MessagesRequest, turns: readonly Turn[]): boolean {
  if (thinking?.type !== 'enabled' && thinking?.type !== 'adaptive') return false
  const [calling, results] = turns.slice(-2).map(blocksOfTurn)
  const inToolLoop = results?.some(({ type }) => type === 'tool_result')
  return !inToolLoop || /^(redacted_)?thinking$/.test(calling?.[0]?.type ?? '')
}
