import { z } from 'zod'

// A foreign dialect: fields the portal acts on are typed, every other one is carried through as it is.

const Block = z.looseObject({ type: z.string() })
const Content = z.union([z.string(), z.array(Block)])

export const AnthropicMessagesBody = z.looseObject({
  model: z.string().min(1),
  max_tokens: z
    .int()
    .min(0)
    .describe(
      'The longest answer that is wanted, in tokens. With 0 Anthropic’s servers only fill their cache.',
    ),
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content: Content }))
    .min(1),
  system: Content.nullish(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish().describe('0 to 1; the model’s own unless given.'),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(0).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  tools: z.array(z.looseObject({ name: z.string().optional() })).nullish(),
  tool_choice: z.looseObject({ type: z.string() }).nullish(),
  thinking: z.looseObject({ type: z.string() }).nullish(),
  output_config: z.looseObject({ effort: z.string().nullish() }).nullish(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).nullish(),
  session_id: z
    .string()
    .nullish()
    .describe('Associates the exchange with a chat session. Adds no context and is never sent to the model.'),
})
export type AnthropicMessagesBody = z.infer<typeof AnthropicMessagesBody>

const Usage = z.looseObject({ input_tokens: z.number(), output_tokens: z.number() })

export const AnthropicMessage = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string(),
  content: z.array(Block),
  stop_reason: z.string().nullable(),
  stop_sequence: z.string().nullable(),
  usage: Usage,
})

export const AnthropicEvent = z.looseObject({
  type: z.enum([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
    'ping',
    'error',
  ]),
})
