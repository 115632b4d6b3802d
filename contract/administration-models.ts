import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { ModelDefinition, ProviderDefinition } from './model-definitions.ts'
import { Done, instant } from './text.ts'

const tag = 'Administration'

// In words of its own wherever it fails: no message repeats what was sent.
const keyForm = 'Write the key in one line, as its server gave it to you.'
const fromEnvironment =
  'A key of the environment belongs into MODELS_FILE. Write the key itself here; it is stored encrypted.'
const ApiKey = z
  .string(keyForm)
  .max(4000, keyForm)
  .regex(/^[\x21-\x7e]+$/, keyForm)
  .refine((key) => !key.startsWith('env:'), fromEnvironment)

const ProviderName = z
  .string()
  .regex(/^[a-z\d][\w.-]{0,63}$/i, 'Use up to 64 letters, digits, ".", "_" and "-", a letter or digit first.')

const version = z.int().min(0).describe('The version that this changes; 0 for what was never changed here.')

/** What a provider does with requests: takes them, or only ends those it has, for a while or for good. */
export const ProviderState = z.enum(['active', 'draining', 'disabled'])
export type ProviderState = z.infer<typeof ProviderState>

const layered = {
  source: z
    .enum(['file', 'environment', 'found', 'added'])
    .describe('MODELS_FILE, a key in the environment, a server found on this machine, or an administrator.'),
  isChanged: z.boolean().describe('Whether an administrator’s settings stand in for those of its source.'),
  problem: z.string().nullable().describe('What keeps it from being used, in words.'),
  version: z.int(),
  updatedAt: instant.nullable(),
}

/** A provider as administrators see it: never with its key. */
export const AdministeredProvider = z.object({
  ...ProviderDefinition.shape,
  ...layered,
  name: z.string(),
  hasApiKey: z.boolean(),
  apiKeyEnd: z.string().describe('The last four characters of its key; empty where the key is short.'),
  state: ProviderState,
  running: z.int().describe('Requests under way there now.'),
  models: z.array(z.string()).describe('The ids of the models that name it as a target.'),
})
export type AdministeredProvider = z.infer<typeof AdministeredProvider>

const Health = z.object({
  isOpen: z.boolean().describe('Whether it is tried last, after failures in a row.'),
  answers: z.int().describe('Of the last five minutes, like the rest.'),
  failures: z.int(),
  latencyMs: z.number().nullable().describe('How long its answers took on average, to their end.'),
})

export const AdministeredTarget = z.object({
  provider: z.string(),
  model: z.string(),
  weight: z.number(),
  state: z.enum(['active', 'draining', 'disabled', 'missing', 'unusable']).describe('Of its provider.'),
  health: Health,
})
export type AdministeredTarget = z.infer<typeof AdministeredTarget>

/** A model as administrators see it. */
export const AdministeredModel = z.object({
  ...ModelDefinition.shape,
  ...layered,
  price: ModelDefinition.shape.price.nullable().describe('Null for what was found and has no price yet.'),
  targets: z.array(AdministeredTarget),
})
export type AdministeredModel = z.infer<typeof AdministeredModel>

/** A provider to be added. */
export const CreateProviderBody = z.strictObject({
  name: ProviderName,
  ...ProviderDefinition.shape,
  apiKey: ApiKey.nullable().default(null),
})
export type CreateProviderBody = z.infer<typeof CreateProviderBody>

const UpdateProviderBody = ProviderDefinition.extend({
  apiKey: ApiKey.nullable().optional().describe('Left out, the key stays; null takes it away.'),
  version,
})

const UpdateModelBody = ModelDefinition.omit({ id: true }).extend({
  price: ModelDefinition.shape.price.nullable().describe('Null only where nothing else is changed.'),
  version,
})

/** What a test found: a list of models, and one token of an answer where a model was named. */
export const ProviderTest = z.object({
  listing: z.object({
    latencyMs: z.number(),
    models: z.array(z.string()).describe('At most 500.'),
    error: z.string().nullable(),
  }),
  completion: z.object({ model: z.string(), latencyMs: z.number(), error: z.string().nullable() }).nullable(),
})
export type ProviderTest = z.infer<typeof ProviderTest>

const ProviderParams = z.strictObject({ providerName: z.string() })
const ModelParams = z.strictObject({ modelId: z.string() })
const OfVersion = z.strictObject({ version: z.coerce.number().int().min(0) })

/** Providers and models, for administrators: changes count for the next request. */
export const modelAdministrationEndpoints = {
  listProviders: endpoint({
    method: 'GET',
    path: '/api/admin/providers',
    tag,
    summary: 'List the providers: those of MODELS_FILE, of the environment, found, and added.',
    scope: 'administrator',
    output: z.object({ data: z.array(AdministeredProvider) }),
    status: 200,
    errors: [],
  }),
  createProvider: endpoint({
    method: 'POST',
    path: '/api/admin/providers',
    tag,
    summary: 'Add a provider.',
    scope: 'administrator',
    body: CreateProviderBody,
    output: AdministeredProvider,
    status: 201,
    errors: ['conflict'],
  }),
  updateProvider: endpoint({
    method: 'PUT',
    path: '/api/admin/providers/:providerName',
    tag,
    summary: 'Change a provider. A key is kept only for the server it was entered for.',
    scope: 'administrator',
    params: ProviderParams,
    body: UpdateProviderBody,
    output: AdministeredProvider,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  setProviderState: endpoint({
    method: 'POST',
    path: '/api/admin/providers/:providerName/state',
    tag,
    summary: 'Let a provider take requests, drain it, or switch it off. What runs there ends in peace.',
    scope: 'administrator',
    params: ProviderParams,
    body: z.strictObject({ state: ProviderState, version }),
    output: AdministeredProvider,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  testProvider: endpoint({
    method: 'POST',
    path: '/api/admin/providers/:providerName/test',
    tag,
    summary: 'Call a provider: it lists its models and, where one is named, answers with one token.',
    scope: 'administrator',
    params: ProviderParams,
    body: z.strictObject({
      model: ModelDefinition.shape.targets.element.shape.model.nullable().default(null),
    }),
    output: ProviderTest,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  removeProvider: endpoint({
    method: 'DELETE',
    path: '/api/admin/providers/:providerName',
    tag,
    summary: 'Delete an added provider that no model uses, or what was changed of another.',
    scope: 'administrator',
    params: ProviderParams,
    query: OfVersion,
    output: Done,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  listModels: endpoint({
    method: 'GET',
    path: '/api/admin/models',
    tag,
    summary: 'List the models with their targets’ health, those that are hidden or switched off too.',
    scope: 'administrator',
    output: z.object({
      data: z.array(AdministeredModel),
      isDemo: z.boolean().describe('Whether the demo model answers, for want of any other.'),
    }),
    status: 200,
    errors: [],
  }),
  createModel: endpoint({
    method: 'POST',
    path: '/api/admin/models',
    tag,
    summary: 'Add a model.',
    scope: 'administrator',
    body: ModelDefinition,
    output: AdministeredModel,
    status: 201,
    errors: ['conflict'],
  }),
  updateModel: endpoint({
    method: 'PUT',
    path: '/api/admin/models/:modelId{.+}',
    tag,
    summary: 'Change a model. Requests that have begun keep the targets and prices they began with.',
    scope: 'administrator',
    params: ModelParams,
    body: UpdateModelBody,
    output: AdministeredModel,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  removeModel: endpoint({
    method: 'DELETE',
    path: '/api/admin/models/:modelId{.+}',
    tag,
    summary: 'Delete an added model, or what was changed of another.',
    scope: 'administrator',
    params: ModelParams,
    query: OfVersion,
    output: Done,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
}
