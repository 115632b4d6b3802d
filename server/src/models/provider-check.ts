import type { ProviderTest } from '@portal/contract'
import { failure, probeModel, type UpstreamFailure } from '../providers/index.ts'
import { takesTemperature } from './discovery.ts'
import { failureWords } from './failure-words.ts'
import { listModels, NoListError } from './listing.ts'
import { type ProviderSettings, providerOf } from './provider-set.ts'

const listedMax = 500
const listingMs = 10_000

/**
 * Calls a provider for real: it lists its models and, where one is named, answers with one token, which no limit
 * counts. What its server says of an error is told in its words, without the key.
 */
export async function checkProvider(settings: ProviderSettings, model: string | null): Promise<ProviderTest> {
  const [listing, completion] = await Promise.all([
    checkListing(settings),
    model === null ? null : checkCompletion(settings, model),
  ])
  return { listing, completion }
}

async function checkListing({
  name,
  definition,
  apiKey,
}: ProviderSettings): Promise<ProviderTest['listing']> {
  const provider = providerOf({ name, definition, apiKey })
  const startedAt = performance.now()
  try {
    const models = await listModels({ ...definition, apiKey }, listingMs)
    return { latencyMs: since(startedAt), models: models.slice(0, listedMax), error: null }
  } catch (cause) {
    const why = failureOf(cause, provider.readError)
    return { latencyMs: since(startedAt), models: [], error: failureWords(why, definition) }
  } finally {
    await provider.close()
  }
}

function failureOf(cause: unknown, readError: ReturnType<typeof providerOf>['readError']): UpstreamFailure {
  if (!(cause instanceof NoListError)) return failure('unreachable', { cause })
  return cause.status === 200 ? failure('malformed') : readError(cause.status, cause.headers, cause.body)
}

async function checkCompletion(
  settings: ProviderSettings,
  model: string,
): Promise<ProviderTest['completion']> {
  const provider = providerOf(settings)
  const startedAt = performance.now()
  try {
    const why = await probeModel(provider, { model, isReasoning: !takesTemperature(model) })
    return { model, latencyMs: since(startedAt), error: why && failureWords(why, settings.definition) }
  } finally {
    await provider.close()
  }
}

const since = (startedAt: number): number => Math.round(performance.now() - startedAt)
