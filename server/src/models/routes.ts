import type { IncomingHttpHeaders } from 'node:http'
import { type AnthropicModel, type Model, modelEndpoints, usdFromMicrousd } from '@portal/contract'
import type { Mount } from '../http/index.ts'
import type { ModelEntry } from './model-entry.ts'
import type { Models } from './registry.ts'
import { findModel } from './require-model.ts'

/** Mounts the model list and the single model, in Anthropic's shape for its clients. */
export function mountModels(mount: Mount, models: Models): void {
  mount(modelEndpoints.list, async ({ headers }) =>
    isAnthropic(headers)
      ? anthropicList(models.list().map(presentToAnthropic))
      : { object: 'list' as const, data: models.list().map(present) },
  )
  mount(modelEndpoints.get, async ({ params, headers }) => {
    const model = findModel(models, params.modelId)
    return isAnthropic(headers) ? presentToAnthropic(model) : present(model)
  })
}

const isAnthropic = (headers: IncomingHttpHeaders): boolean => headers['anthropic-version'] !== undefined

const anthropicList = (data: AnthropicModel[]) => ({
  data,
  has_more: false,
  first_id: data[0]?.id ?? null,
  last_id: data.at(-1)?.id ?? null,
})

const presentToAnthropic = ({ id, displayName, created }: ModelEntry): AnthropicModel => ({
  type: 'model',
  id,
  display_name: displayName ?? id,
  created_at: new Date(created * 1000).toISOString(),
})

const present = (entry: ModelEntry): Model => ({
  id: entry.id,
  object: 'model',
  display_name: entry.displayName ?? entry.id,
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
