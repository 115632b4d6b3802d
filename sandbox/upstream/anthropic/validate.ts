// The shape checks of the messages endpoints: what the real ones answer with a 400, these do too.
import { portalFields, type UnknownFields } from '../dialect.ts'
import { isObject } from '../json.ts'
import { type Block, blocksOf, type CacheControl, type Message, type MessagesRequest } from './request.ts'
import {
  anything,
  byType,
  type Check,
  filled,
  flag,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  type Place,
  record,
  text,
  until2026,
  type Version,
  when,
} from './shape.ts'
import { cacheControl, systemPrompt } from './validate-blocks.ts'
import { checkMessages } from './validate-messages.ts'
import { strictSchema } from './validate-schema.ts'
import { checkThinking, thinking } from './validate-thinking.ts'
import { checkTools } from './validate-tools.ts'

/** How strictly to read: as which version of the API, and whether a beta may bring more fields. */
export type Strictness = { version: Version; unknownFields: UnknownFields }

const byDefault: Strictness = { version: '2023-06-01', unknownFields: 'refuse' }

/** The first thing wrong with a parsed body of `/v1/messages`, or undefined when the real API would take it. */
export function checkRequest(body: unknown, strictness = byDefault): string | undefined {
  return checkBody(body, messagesFields, strictness)
}

/** The same for `/v1/messages/count_tokens`. */
export function checkCountRequest(body: unknown, strictness = byDefault): string | undefined {
  return checkBody(body, countFields, strictness)
}

function checkBody(body: unknown, fields: Check, strictness: Strictness): string | undefined {
  const at: Place = { path: '', lenient: strictness.unknownFields === 'accept', version: strictness.version }
  if (!isObject(body)) return 'Input should be an object.'
  const own = Object.keys(body).find((name) => portalFields.has(name))
  if (own !== undefined) return `${own}: Extra inputs are not permitted.`
  return (
    fields(body, at) ??
    checkTools(body, at) ??
    checkThinking(body) ??
    checkMarks(body as unknown as MessagesRequest)
  )
}

const stopSequence = when(
  (value) => typeof value === 'string' && value.trim() !== '',
  'each stop sequence must contain non-whitespace.',
)

/** No e-mail address: the vendor refuses what tells who the user is. */
const userId = when(
  (value) => typeof value === 'string' && value.length <= 256 && !/\S@\S+\.\S/.test(value),
  'Input should be an opaque id of at most 256 characters.',
)

const outputConfig = object({
  effort: optional(oneOf('low', 'medium', 'high', 'xhigh', 'max')),
  format: optional(
    byType({
      json_schema: object({
        type: anything,
        schema: strictSchema,
      }),
    }),
  ),
})

const shared = {
  model: filled,
  messages: checkMessages,
  cache_control: optional(cacheControl),
  output_config: optional(outputConfig),
  speed: optional(oneOf('standard', 'fast')),
  system: optional(systemPrompt),
  thinking: optional(thinking),
  // Their own checks come with `checkTools`.
  tool_choice: optional(anything),
  tools: optional(anything),
}

const countFields = object(shared)

const messagesFields = object({
  ...shared,
  // 0 only fills the prompt cache.
  max_tokens: integer(0),
  container: optional(anything),
  diagnostics: optional(record),
  inference_geo: optional(text),
  metadata: optional(object({ user_id: optional(userId) })),
  service_tier: optional(oneOf('auto', 'standard_only')),
  stop_sequences: optional(list(stopSequence)),
  stream: optional(flag),
  temperature: optional(until2026(number(0, 1))),
  top_k: optional(until2026(integer(0))),
  top_p: optional(until2026(number(0, 1))),
})

/** At most four marks of the cache, and none of an hour behind one of five minutes. */
function checkMarks(request: MessagesRequest): string | undefined {
  const marks = marksOf(request)
  if (marks.length > 4) {
    return `A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`
  }
  const short = marks.findIndex(({ ttl }) => ttl !== '1h')
  return short >= 0 && marks.slice(short).some(({ ttl }) => ttl === '1h')
    ? "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block."
    : undefined
}

/** The marks in the order the vendor reads: tools, system, messages. */
function marksOf({ tools, system, messages, cache_control: last }: MessagesRequest): CacheControl[] {
  const inBlocks = (content: Message['content'] | null | undefined): Block[] =>
    blocksOf(content).flatMap((block) => [
      ...(Array.isArray(block.content) ? (block.content as Block[]) : []),
      block,
    ])
  return [
    ...(tools ?? []),
    ...inBlocks(system),
    ...messages.flatMap(({ content }) => inBlocks(content)),
    { cache_control: last },
  ].flatMap(({ cache_control: mark }) => (mark ? [mark] : []))
}
