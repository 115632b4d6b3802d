import { type Model, modelEndpoints, usdFromMicrousd } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Mount } from '../http/index.ts'
import type { ModelEntry } from './model-entry.ts'
import type { Models } from './registry.ts'

/** Mounts the model list and the single model. */
export function mountModels(mount: Mount, models: Models): void {
  mount(modelEndpoints.list, async () => ({ object: 'list' as const, data: models.list().map(present) }))
  mount(modelEndpoints.get, async ({ params }) => present(requireModel(models, params.modelId)))
}

/**
 * The model of that id.
 * @throws AppError model_not_found, naming the models there are
 */
export function requireModel(models: Models, id: string): ModelEntry {
  const model = models.find(id)
  if (model) return model
  const offered = models
    .list()
    .slice(0, 5)
    .map((entry) => `"${entry.id}"`)
  const hint =
    offered.length > 0 ? `Offered here: ${offered.join(', ')}. ` : 'No model is offered here at the moment. '
  throw new AppError('model_not_found', {
    message: `There is no model "${id.slice(0, 100)}". ${hint}GET /api/chat/models lists them all.`,
    param: 'model',
  })
}

const present = (entry: ModelEntry): Model => ({
  id: entry.id,
  object: 'model',
  created: entry.created,
  owned_by: entry.ownedBy,
  context_tokens: entry.contextTokens,
  output_tokens_max: entry.outputTokensMax,
  capabilities: [...entry.capabilities],
  pricing: entry.price && {
    input: usdFromMicrousd(entry.price.input),
    cached_input: usdFromMicrousd(entry.price.cachedInput),
    output: usdFromMicrousd(entry.price.output),
  },
  demo: entry.isDemo,
  description: entry.description,
})
