import { z } from 'zod'
import { AnthropicEvent, AnthropicMessage, AnthropicMessagesBody } from './anthropic-messages.ts'
import { endpoint } from './endpoint.ts'
import { AnthropicErrorBody, OpenAiErrorBody } from './error-bodies.ts'
import type { ErrorCode } from './errors.ts'

// A foreign dialect: fields the portal acts on are typed, every other one is carried through as it is.

const ContentPart = z.looseObject({ type: z.string() })
const Content = z.union([z.string(), z.array(ContentPart)]).nullish()

const ChatMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: Content,
})

const tokens = z.int().min(1)

export const ChatCompletionBody = z.looseObject({
  model: z.string().min(1),
  messages: z.array(ChatMessage).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().min(0).max(2).nullish().describe('0 to 2; 0.7 unless given.'),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.int().min(1).max(128).nullish(),
  max_tokens: tokens.nullish(),
  max_completion_tokens: tokens.nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  tools: z.array(z.looseObject({ type: z.string() })).nullish(),
  tool_choice: z.union([z.string(), z.looseObject({ type: z.string() })]).nullish(),
  response_format: z.looseObject({ type: z.string() }).nullish(),
  reasoning_effort: z.string().nullish(),
  session_id: z
    .string()
    .nullish()
    .describe('Associates the exchange with a chat session. Adds no context and is never sent to the model.'),
})
export type ChatCompletionBody = z.infer<typeof ChatCompletionBody>

const Usage = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
})

export const ChatCompletion = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.number(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.number(),
      message: z.looseObject({ role: z.literal('assistant'), content: z.string().nullable() }),
      finish_reason: z.string().nullable(),
    }),
  ),
  usage: Usage,
})

export const ChatCompletionChunk = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: z.number(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.number(),
      delta: z.looseObject({ role: z.string().optional(), content: z.string().nullish() }),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: Usage.nullish(),
})

const tag = 'Chat completions'
const bodyBytesMax = 64 * 1024 * 1024
const errors = [
  'unsupported_image_url',
  'ip_not_allowed',
  'model_not_found',
  'session_not_found',
  'token_limit_exceeded',
  'upstream_rate_limited',
  'upstream_error',
  'upstream_refused_us',
  'upstream_unreachable',
  'upstream_timeout',
] as const satisfies readonly ErrorCode[]

export const completionEndpoints = {
  create: endpoint({
    method: 'POST',
    path: '/api/chat/completions',
    aliases: ['/api/v1/chat/completions'],
    tag,
    summary: 'Have a model continue a conversation; set "stream" to receive the answer as it is made.',
    scope: 'models',
    body: ChatCompletionBody,
    bodyBytesMax,
    output: ChatCompletion,
    status: 200,
    events: ChatCompletionChunk,
    errorBody: OpenAiErrorBody,
    errors,
  }),
  message: endpoint({
    method: 'POST',
    path: '/api/v1/messages',
    aliases: ['/api/messages'],
    tag,
    summary: 'The same in the format of Anthropic’s Messages API, where its SDK looks for it.',
    scope: 'models',
    body: AnthropicMessagesBody,
    bodyBytesMax,
    output: AnthropicMessage,
    status: 200,
    events: AnthropicEvent,
    errorBody: AnthropicErrorBody,
    errors,
  }),
  countTokens: endpoint({
    method: 'POST',
    path: '/api/v1/messages/count_tokens',
    aliases: ['/api/messages/count_tokens'],
    tag,
    summary: 'About how many tokens a request’s input has, in the format of Anthropic’s API.',
    scope: 'models',
    body: AnthropicMessagesBody.partial({ max_tokens: true }),
    bodyBytesMax,
    output: z.object({ input_tokens: z.number() }),
    errorBody: AnthropicErrorBody,
    status: 200,
    errors: ['unsupported_image_url', 'ip_not_allowed', 'model_not_found'],
  }),
}
