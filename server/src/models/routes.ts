import { type Model, modelEndpoints, usdFromMicrousd } from '@portal/contract'
import type { Mount } from '../http/index.ts'
import type { ModelEntry } from './model-entry.ts'
import type { Models } from './registry.ts'
import { requireModel } from './require-model.ts'

/** Mounts the model list and the single model. */
export function mountModels(mount: Mount, models: Models): void {
  mount(modelEndpoints.list, async () => ({ object: 'list' as const, data: models.list().map(present) }))
  mount(modelEndpoints.get, async ({ params }) => present(requireModel(models, params.modelId)))
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
