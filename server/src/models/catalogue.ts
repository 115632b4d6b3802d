import { type AdministeredTarget, microusd } from '@portal/contract'
import type { Provider } from '../providers/index.ts'
import type { DescribedModel } from './ground.ts'
import type { Effective, EffectiveModel, EffectiveProvider } from './layers.ts'
import type { ModelEntry, Price, Target } from './model-entry.ts'

/** What is offered at a time; replaced as a whole. */
export type Catalogue = {
  /** Those that lists show. */
  listed: readonly ModelEntry[]
  byId: ReadonlyMap<string, ModelEntry>
  /** Ids that are described, but not offered. */
  switchedOff: ReadonlySet<string>
}

/** What counts, as it is called. A model that only drained providers serve is there without targets. */
export function catalogueOf(
  effective: Effective,
  callable: (provider: EffectiveProvider) => Provider,
): Catalogue {
  const providers = new Map(effective.providers.map((provider) => [provider.name, provider]))
  const listed: ModelEntry[] = []
  const byId = new Map<string, ModelEntry>()
  const switchedOff = new Set<string>()
  for (const model of effective.models) {
    const { id, enabled, hidden } = model.definition
    if (!enabled || !isServed(model.definition, providers)) {
      switchedOff.add(id)
      continue
    }
    const entry = entryOf(model, targetsOf(model.definition, { providers, callable }))
    byId.set(id, entry)
    if (!hidden) listed.push(entry)
  }
  return { listed, byId, switchedOff }
}

type Providers = ReadonlyMap<string, EffectiveProvider>

/** How a target's provider stands to requests. */
export function standingOf(provider: EffectiveProvider | undefined): AdministeredTarget['state'] {
  if (!provider) return 'missing'
  return provider.problem === null ? provider.state : 'unusable'
}

const isServed = ({ targets }: DescribedModel, providers: Providers): boolean =>
  targets.some(({ provider }) => ['active', 'draining'].includes(standingOf(providers.get(provider))))

function targetsOf(
  { targets }: DescribedModel,
  { providers, callable }: { providers: Providers; callable: (provider: EffectiveProvider) => Provider },
): Target[] {
  return targets.flatMap((target) => {
    const provider = providers.get(target.provider)
    if (!provider || standingOf(provider) !== 'active') return []
    return [{ ...target, provider: callable(provider), name: `${target.provider}/${target.model}` }]
  })
}

function entryOf({ definition, createdAt }: EffectiveModel, targets: Target[]): ModelEntry {
  const { enabled: _, hidden: __, price, ...model } = definition
  return bounded({
    ...model,
    targets,
    created: createdAt ? Math.floor(createdAt.getTime() / 1000) : 0,
    isDemo: false,
    price: price && priceOf(price),
  })
}

const priceOf = (price: NonNullable<DescribedModel['price']>): Price => ({
  input: microusd(price.inputMicrousdPerMillion),
  cachedInput: microusd(price.cachedInputMicrousdPerMillion ?? price.inputMicrousdPerMillion),
  output: microusd(price.outputMicrousdPerMillion),
})

// Anthropic's API has no answers without a bound; this one every model of its takes.
const outputTokensMaxAnthropic = 4096

/** Its longest answer named where requests have to name one: whichever target is asked, that is what is held. */
function bounded(entry: ModelEntry): ModelEntry {
  const isBound = entry.targets.some(({ provider }) => provider.dialect === 'anthropic-messages')
  return isBound ? { ...entry, outputTokensMax: entry.outputTokensMax ?? outputTokensMaxAnthropic } : entry
}
