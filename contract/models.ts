import { z } from 'zod'
import { endpoint } from './endpoint.ts'

/** A model as OpenAI's list shows one, with what the portal knows besides. */
export const Model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.number().describe('Seconds since 1970.'),
  display_name: z.string().describe('What to call it; its id where it has no other name.'),
  owned_by: z.string(),
  context_tokens: z.number().nullable(),
  output_tokens_max: z.number().nullable(),
  capabilities: z.array(z.string()),
  pricing: z
    .object({ input: z.number(), cached_input: z.number(), output: z.number() })
    .nullable()
    .describe('US dollars for a million tokens; null where the price is not known.'),
  demo: z.boolean().describe('True for the built-in demo model, which is not a language model.'),
  description: z.string().nullable(),
})
export type Model = z.infer<typeof Model>

/** A model as Anthropic's list shows one: for clients that send `anthropic-version`. */
export const AnthropicModel = z.object({
  type: z.literal('model'),
  id: z.string(),
  display_name: z.string(),
  created_at: z.iso.datetime(),
})

export type AnthropicModel = z.infer<typeof AnthropicModel>

const AnthropicModelList = z.object({
  data: z.array(AnthropicModel),
  has_more: z.boolean(),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
})

const tag = 'Models'

export const modelEndpoints = {
  list: endpoint({
    method: 'GET',
    path: '/api/chat/models',
    aliases: ['/api/models', '/api/v1/models'],
    tag,
    summary: 'List the models you can call; in Anthropic’s shape for clients that send anthropic-version.',
    scope: 'any',
    output: z.union([z.object({ object: z.literal('list'), data: z.array(Model) }), AnthropicModelList]),
    status: 200,
    errors: [],
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/chat/models/:modelId{.+}',
    aliases: ['/api/models/:modelId{.+}', '/api/v1/models/:modelId{.+}'],
    tag,
    summary: 'Get one model.',
    scope: 'any',
    params: z.strictObject({ modelId: z.string() }),
    output: z.union([Model, AnthropicModel]),
    status: 200,
    errors: ['model_not_found'],
  }),
}
