// Administrators' changes laid over what the file or the environment gives. Pure.
import type { ProviderDefinition, ProviderState } from '@portal/contract'
import type { DescribedModel, Ground, GroundSource } from './ground.ts'

/** What the database says of a provider. */
export type LiveProvider = {
  name: string
  /** Null where it is as its source describes it. */
  definition: ProviderDefinition | null
  key: 'none' | 'own' | 'source'
  /** Its own key; null without one, and where it cannot be decrypted any more. */
  apiKey: string | null
  /** The same as it is stored. */
  sealedKey: string | null
  state: ProviderState
  version: number
  createdAt: Date
  updatedAt: Date
}

/** What the database says of a model. */
export type LiveModel = {
  id: string
  /** Null where it is as its source describes it, but for the two switches. */
  definition: DescribedModel | null
  enabled: boolean
  hidden: boolean
  version: number
  createdAt: Date
  updatedAt: Date
}

/** All of that. */
export type Layer = { providers: readonly LiveProvider[]; models: readonly LiveModel[] }

export const emptyLayer: Layer = { providers: [], models: [] }

type Layered = {
  source: GroundSource | 'added'
  isChanged: boolean
  /** 0 for what was never changed. */
  version: number
  updatedAt: Date | null
}

/** A provider as it counts. */
export type EffectiveProvider = Layered & {
  name: string
  definition: ProviderDefinition
  apiKey: string | null
  state: ProviderState
  /** What keeps it from being used at all, in words. */
  problem: string | null
}

/** A model as it counts. */
export type EffectiveModel = Layered & { definition: DescribedModel; createdAt: Date | null }

/** Everything as it counts. What was added comes after what was there, in the order in which it came. */
export type Effective = { providers: readonly EffectiveProvider[]; models: readonly EffectiveModel[] }

/** Lays the layer over the ground. What its source does not describe any more, and nobody changed, is gone. */
export function layered(ground: Ground, layer: Layer): Effective {
  const grounds = new Map(ground.providers.map((provider) => [provider.name, provider]))
  const providers = new Map(layer.providers.map((provider) => [provider.name, provider]))
  const models = new Map(layer.models.map((model) => [model.id, model]))
  const groundIds = new Set(ground.models.map(({ definition }) => definition.id))
  return {
    providers: [
      ...ground.providers.map((under) => changedProvider(under, providers.get(under.name))),
      ...layer.providers.flatMap((live) => (grounds.has(live.name) ? [] : addedProvider(live))),
    ],
    models: [
      ...ground.models.map((under) => changedModel(under, models.get(under.definition.id))),
      ...layer.models.flatMap((live) => (groundIds.has(live.id) ? [] : addedModel(live))),
    ],
  }
}

const unreadableKey =
  'Its key cannot be decrypted: PORTAL_SECRET is another than when it was entered. Enter the key again.'
const problemOf = ({ key, apiKey }: LiveProvider): string | null =>
  key === 'own' && apiKey === null ? unreadableKey : null
const strangeKey =
  'The key that its source has now is for another server. Enter the key of this one, or none.'

function changedProvider(
  under: Ground['providers'][number],
  live: LiveProvider | undefined,
): EffectiveProvider {
  if (!live) return { ...under, ...untouched, state: 'active', problem: null }
  const definition = live.definition ?? under.definition
  // Its source may have got another server, with that server's key, since.
  const isElsewhere = new URL(definition.baseUrl).origin !== new URL(under.definition.baseUrl).origin
  const isStrange = live.key === 'source' && under.apiKey !== null && isElsewhere
  const sourceKey = isStrange ? null : under.apiKey
  return {
    ...{ name: under.name, source: under.source, version: live.version, updatedAt: live.updatedAt },
    isChanged: live.definition !== null || live.key !== 'source',
    definition,
    apiKey: live.key === 'source' ? sourceKey : live.apiKey,
    state: live.state,
    problem: isStrange ? strangeKey : problemOf(live),
  }
}

const untouched = { isChanged: false, version: 0, updatedAt: null }

function addedProvider(live: LiveProvider): EffectiveProvider[] {
  const { name, definition, apiKey, state, version, updatedAt } = live
  if (!definition) return []
  const shown = { name, definition, apiKey, state, version, updatedAt }
  return [{ ...shown, source: 'added', isChanged: false, problem: problemOf(live) }]
}

function changedModel(under: Ground['models'][number], live: LiveModel | undefined): EffectiveModel {
  if (!live) return { ...under, ...untouched, createdAt: null }
  const { enabled, hidden, version, updatedAt } = live
  return {
    ...{ source: under.source, version, updatedAt, createdAt: null },
    isChanged: live.definition !== null,
    definition: { ...(live.definition ?? under.definition), enabled, hidden },
  }
}

function addedModel({ definition, enabled, hidden, version, ...times }: LiveModel): EffectiveModel[] {
  if (!definition) return []
  const shown = { definition: { ...definition, enabled, hidden }, version, ...times }
  return [{ ...shown, source: 'added', isChanged: false }]
}
