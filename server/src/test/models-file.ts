import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A model as MODELS_FILE lists it, with defaults fit for tests; `provider` is one of the portal's upstreams. */
export type ModelSettings = {
  id?: string
  targets?: { provider: string; model: string; weight?: number }[]
  price?: Record<string, number>
  outputTokensMax?: number | null
  temperatureDefault?: number | null
  contextTokens?: number | null
  capabilities?: string[]
}

/** What the first upstream serves, under another name than the upstream's own. */
const defaultModel = { id: 'test-model', targets: [{ provider: 'first', model: 'upstream-model' }] }
const defaultPrice = {
  inputMicrousdPerMillion: 1_000_000,
  cachedInputMicrousdPerMillion: 500_000,
  outputMicrousdPerMillion: 2_000_000,
}

/** What the same upstream serves in Anthropic's dialect. */
export const claudeModel: ModelSettings = {
  id: 'claude-model',
  targets: [{ provider: 'first-anthropic', model: 'upstream-claude' }],
}

/** The same of a model that cannot be held to a schema. */
export const olderClaudeModel: ModelSettings = {
  id: 'older-claude-model',
  targets: [{ provider: 'first-anthropic', model: 'claude-3-7-sonnet' }],
}

/** Writes a MODELS_FILE whose providers are the given base URLs, each in both dialects; returns its path. */
export function writeModelsFile(
  folder: string,
  { providers, models }: { providers: Record<string, string>; models: readonly ModelSettings[] },
): string {
  const path = join(folder, 'models.json')
  const file = {
    providers: Object.fromEntries(
      Object.entries(providers).flatMap(([name, baseUrl]) => [
        [name, { kind: 'openai', baseUrl, apiKey: 'sk-upstream-secret' }],
        [`${name}-anthropic`, { kind: 'anthropic', baseUrl, apiKey: 'sk-upstream-secret' }],
      ]),
    ),
    models: models.map((model) => ({ ...defaultModel, price: defaultPrice, ...model })),
  }
  writeFileSync(path, JSON.stringify(file))
  return path
}
