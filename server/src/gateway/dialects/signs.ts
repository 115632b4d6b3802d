import { isRecord } from './lossless.ts'

type Fields = Record<string, unknown>

/** A field that only one of the dialects has, as people write it: `messages[2].tool_calls`. */
export type Sign = string
type Signs = { openAi: Sign | null; anthropic: Sign | null }
type Found = { of: keyof Signs; sign: Sign }

/**
 * The first sign of each dialect in a body. What both have is none, and neither is what any server adds;
 * `mayThink` is whether `thinking` alone is one of Anthropic's.
 */
export function signsOf(body: unknown, { mayThink }: { mayThink: boolean }): Signs {
  const signs: Signs = { openAi: null, anthropic: null }
  if (!isRecord(body)) return signs
  for (const { of, sign } of found(body)) {
    signs[of] ??= sign
    if (signs.openAi && signs.anthropic) break
  }
  // Several OpenAI-compatible servers have this field too: alone it decides, but it contradicts nothing.
  const thinks = mayThink && body.thinking != null && body.max_tokens != null
  if (thinks && !signs.openAi) signs.anthropic ??= 'thinking'
  return signs
}

const openAiFields = [
  'response_format',
  'stream_options',
  'max_completion_tokens',
  'parallel_tool_calls',
  'stop',
  'functions',
]
const anthropicFields = ['system', 'stop_sequences']

function* found(body: Fields): Iterable<Found> {
  for (const sign of openAiFields) if (body[sign] != null) yield { of: 'openAi', sign }
  for (const sign of anthropicFields) if (body[sign] != null) yield { of: 'anthropic', sign }
  yield* inToolChoice(body.tool_choice)
  for (const [i, tool] of arrayOf(body.tools)) yield* inTool(tool, `tools[${i}]`)
  for (const [i, message] of arrayOf(body.messages)) yield* inMessage(message, i)
}

function* arrayOf(value: unknown): Iterable<[number, Fields]> {
  if (!Array.isArray(value)) return
  for (const [i, one] of value.entries()) if (isRecord(one)) yield [i, one]
}

const anthropicChoices = new Set<unknown>(['any', 'tool', 'auto', 'none'])

function* inToolChoice(choice: unknown): Iterable<Found> {
  if (typeof choice === 'string') yield { of: 'openAi', sign: 'tool_choice' }
  if (!isRecord(choice)) return
  if (choice.type === 'function') yield { of: 'openAi', sign: 'tool_choice.type' }
  if (anthropicChoices.has(choice.type)) yield { of: 'anthropic', sign: 'tool_choice.type' }
}

function* inTool(tool: Fields, at: string): Iterable<Found> {
  if (isRecord(tool.function)) yield { of: 'openAi', sign: `${at}.function` }
  if (isRecord(tool.input_schema)) yield { of: 'anthropic', sign: `${at}.input_schema` }
  // Anthropic's own tools are known by a date, e.g. web_search_20250305.
  if (typeof tool.type === 'string' && /_\d{8}$/.test(tool.type))
    yield { of: 'anthropic', sign: `${at}.type` }
}

const openAiRoles = new Set<unknown>(['developer', 'tool', 'function'])

function* inMessage(message: Fields, index: number): Iterable<Found> {
  const at = `messages[${index}]`
  // Anthropic has instructions in the middle of a conversation, but not at its beginning.
  if (openAiRoles.has(message.role) || (message.role === 'system' && index === 0)) {
    yield { of: 'openAi', sign: `${at}.role` }
  }
  if (message.tool_calls != null) yield { of: 'openAi', sign: `${at}.tool_calls` }
  for (const [j, part] of arrayOf(message.content)) yield* inPart(part, `${at}.content[${j}]`)
}

const openAiParts = new Set<unknown>(['image_url', 'input_audio', 'file', 'video_url', 'refusal'])
const anthropicParts = new Set<unknown>(['tool_use', 'tool_result', 'redacted_thinking', 'server_tool_use'])

function* inPart({ type, source, thinking, image_url: image }: Fields, at: string): Iterable<Found> {
  if (openAiParts.has(type) || image != null) yield { of: 'openAi', sign: `${at}.type` }
  const isSourced = (type === 'image' || type === 'document') && isRecord(source)
  const isThought = type === 'thinking' && typeof thinking === 'string'
  if (anthropicParts.has(type) || isThought) yield { of: 'anthropic', sign: `${at}.type` }
  if (isSourced) yield { of: 'anthropic', sign: `${at}.source` }
}
