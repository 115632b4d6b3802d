// The shapes of content blocks, each alone.
import {
  anything,
  byType,
  type Check,
  filled,
  flag,
  like,
  list,
  object,
  oneOf,
  optional,
  type Place,
  problem,
  record,
  text,
  textOr,
  until2026,
  when,
} from './shape.ts'
import { signatureOf } from './signature.ts'

/** A mark of the prompt cache. */
export const cacheControl = object({ type: oneOf('ephemeral'), ttl: optional(oneOf('5m', '1h')) })

const mark = { cache_control: optional(cacheControl) }
const type = anything

const spoken: Check = (value, at) => {
  if (typeof value !== 'string') return text(value, at)
  if (value === '') return problem(at, 'text content blocks must be non-empty.')
  return value.trim() === ''
    ? problem(at, 'text content blocks must contain non-whitespace text.')
    : undefined
}

const textBlock = object({ type, text: spoken, citations: optional(list(record)), ...mark })

const noneSince2026: Check = (value, at) =>
  Array.isArray(value) && value.length === 0
    ? undefined
    : until2026(list(record), 'citations are not permitted in user messages.')(value, at)

const userText = object({ type, text: spoken, citations: optional(noneSince2026), ...mark })

const base64 = when(
  (value) => typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value),
  'Input should be valid base64.',
)
const remote = {
  url: object({ type, url: like(/^https?:\/\/./) }),
  file: object({ type, file_id: filled }),
}

const image = object({
  type,
  source: byType({
    base64: object({
      type,
      media_type: oneOf('image/jpeg', 'image/png', 'image/gif', 'image/webp'),
      data: base64,
    }),
    ...remote,
  }),
  transformations: optional(record),
  ...mark,
})

const document = object({
  type,
  source: byType({
    base64: object({ type, media_type: oneOf('application/pdf'), data: base64 }),
    text: object({ type, media_type: oneOf('text/plain'), data: filled }),
    content: object({ type, content: textOr(filled, list(byType({ text: textBlock, image }))) }),
    ...remote,
  }),
  title: optional(text),
  context: optional(text),
  citations: optional(object({ enabled: optional(flag) })),
  ...mark,
})

const searchResult = object({
  type,
  source: text,
  title: text,
  content: list(userText),
  citations: optional(object({ enabled: optional(flag) })),
  ...mark,
})

const toolId = like(/^[a-zA-Z0-9_-]+$/)

const toolUse = object({
  type,
  id: toolId,
  name: like(/^[a-zA-Z0-9_-]{1,128}$/),
  input: record,
  caller: optional(record),
  toolset_name: optional(text),
  ...mark,
})

const toolResult = object({
  type,
  tool_use_id: toolId,
  content: optional(
    textOr(
      text,
      list(
        byType({
          text: textBlock,
          image,
          document,
          search_result: searchResult,
          tool_reference: object({ type, tool_name: filled, ...mark }),
        }),
      ),
    ),
  ),
  is_error: optional(flag),
  toolset_name: optional(text),
  ...mark,
})

const thinking: Check = (value, at) =>
  thinkingShape(value, at) ?? checkSignature(value as { thinking: string; signature: string }, at)

const thinkingShape = object({ type, thinking: text, signature: text })

function checkSignature(block: { thinking: string; signature: string }, at: Place): string | undefined {
  return block.signature === signatureOf(block.thinking)
    ? undefined
    : problem(at, 'Invalid `signature` in `thinking` block.')
}

/** Blocks that only answers of server tools bring; their insides are the vendor's own. */
const serverBlocks = Object.fromEntries(
  [
    'server_tool_use',
    'web_search_tool_result',
    'web_fetch_tool_result',
    'code_execution_tool_result',
    'bash_code_execution_tool_result',
    'text_editor_code_execution_tool_result',
    'tool_search_tool_result',
    'container_upload',
  ].map((name) => [name, record]),
)

/** The content of a message by its role. */
export const contents: Record<string, Check> = {
  user: list(
    byType({
      text: userText,
      image,
      document,
      search_result: searchResult,
      tool_result: toolResult,
      ...serverBlocks,
    }),
  ),
  assistant: list(
    byType({
      text: textBlock,
      thinking,
      redacted_thinking: object({ type, data: filled }),
      tool_use: toolUse,
      document: until2026(document, 'document blocks are not permitted in assistant messages.'),
      ...serverBlocks,
    }),
  ),
  system: list(byType({ text: textBlock })),
}

/** The top-level `system`. */
export const systemPrompt = textOr(text, list(byType({ text: textBlock })))
