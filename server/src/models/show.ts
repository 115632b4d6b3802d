import type { AdministeredModel, AdministeredProvider, AdministeredTarget } from '@portal/contract'
import { standingOf } from './catalogue.ts'
import type { Effective, EffectiveModel, EffectiveProvider } from './layers.ts'
import type { TargetHealth } from './live-changes.ts'
import type { ModelRegistry } from './registry.ts'

/** The ids of the models that name a provider as a target. */
export const modelsAt = ({ models }: Effective, name: string): string[] =>
  models.flatMap(({ definition: { id, targets } }) =>
    targets.some(({ provider }) => provider === name) ? [id] : [],
  )

/** A provider as administrators see it. */
export function showProvider(
  { name, definition, apiKey, state, problem, ...layered }: EffectiveProvider,
  { registry, effective }: { registry: Pick<ModelRegistry, 'runningAt'>; effective: Effective },
): AdministeredProvider {
  return {
    ...{ name, ...definition, state, problem, ...shownLayer(layered) },
    hasApiKey: apiKey !== null,
    apiKeyEnd: endOf(apiKey ?? ''),
    running: registry.runningAt(name),
    models: modelsAt(effective, name),
  }
}

// Four of fewer would tell too much of it.
const tellingCharactersMin = 12
const endOf = (apiKey: string): string => (apiKey.length >= tellingCharactersMin ? apiKey.slice(-4) : '')

type Layered = Pick<EffectiveModel, 'source' | 'isChanged' | 'version' | 'updatedAt'>
const shownLayer = ({ source, isChanged, version, updatedAt }: Layered) => ({
  ...{ source, isChanged, version },
  updatedAt: updatedAt?.toISOString() ?? null,
})

/** A model as administrators see it. */
export function showModel(
  { definition, ...layered }: EffectiveModel,
  { effective, healthOf }: { effective: Effective; healthOf: (target: string) => TargetHealth },
): AdministeredModel {
  const targets = definition.targets.map((target) => ({
    ...target,
    state: standingOf(effective.providers.find(({ name }) => name === target.provider)),
    health: healthOf(`${target.provider}/${target.model}`),
  }))
  return { ...definition, ...shownLayer(layered), targets, problem: problemOf(targets) }
}

function problemOf(targets: readonly AdministeredTarget[]): string | null {
  const states = targets.map(({ state }) => state)
  if (states.includes('active')) return null
  if (states.includes('draining'))
    return 'It takes no requests: every provider of it is drained or switched off.'
  return 'It is not offered: every provider of it is switched off, gone, or cannot be used.'
}
