// How providers and models are described: the same in MODELS_FILE and where administrators change them.
import { z } from 'zod'
import { isPlainHttpUrl } from './http-url.ts'
import { exactText } from './text.ts'

const microusdPerMillion = z.int().min(0)

// Refused in words of its own, so that nothing secret in it is repeated.
const BaseUrl = exactText(2000).refine(
  isPlainHttpUrl,
  'Write a URL of the form https://host/v1, without user, query or fragment; a key goes into "apiKey".',
)

// How long a server may say nothing. The default is past the deadline of every request, so it ends none by itself.
const silence = z.int().min(100).max(310_000).default(310_000)

/** Where models are served; its API key is kept apart from it. */
export const ProviderDefinition = z.strictObject({
  kind: z.enum(['openai', 'anthropic']),
  baseUrl: BaseUrl,
  firstByteMs: silence,
  silenceMs: silence,
})
export type ProviderDefinition = z.infer<typeof ProviderDefinition>

const Price = z.strictObject({
  inputMicrousdPerMillion: microusdPerMillion,
  cachedInputMicrousdPerMillion: microusdPerMillion.optional(),
  outputMicrousdPerMillion: microusdPerMillion,
})

const Target = z.strictObject({
  provider: exactText(200),
  model: exactText(200).min(1),
  weight: z.number().positive().max(1_000_000).default(1),
})

/** What is offered, under which name, from where and at what price. */
export const ModelDefinition = z.strictObject({
  id: exactText(200).min(1),
  displayName: exactText(100).min(1).nullable().default(null),
  ownedBy: exactText(100).min(1).default('self-hosted'),
  targets: z.array(Target).min(1).max(50),
  // Required: a model of unknown price would be given away.
  price: Price,
  contextTokens: z.int().min(1).nullable().default(null),
  outputTokensMax: z.int().min(1).nullable().default(null),
  capabilities: z.array(exactText(50).min(1)).max(50).default([]),
  temperatureDefault: z.number().min(0).max(2).nullable().default(0.7),
  description: exactText(1000).nullable().default(null),
  enabled: z.boolean().default(true),
  hidden: z.boolean().default(false),
})
export type ModelDefinition = z.infer<typeof ModelDefinition>
