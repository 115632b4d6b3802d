import { type Catalogue, catalogueOf } from './catalogue.ts'
import { type Ground, type GroundOptions, loadGround } from './ground.ts'
import { type Effective, emptyLayer, type Layer, layered } from './layers.ts'
import type { ModelEntry } from './model-entry.ts'
import { createProviderSet } from './provider-set.ts'

/** The models that are offered now. What was got from it stays as it was when they change. */
export type Models = {
  list(): readonly ModelEntry[]
  /** Also one that no list shows. */
  find(id: string): ModelEntry | null
  /** Whether there is a model of that id that is not offered at the moment. */
  isSwitchedOff(id: string): boolean
}

/** The same, for whoever may change them. */
export type ModelRegistry = Models & {
  /** What there is without administrators. */
  ground: Ground
  /** What counts now. */
  effective(): Effective
  /** Requests under way at the provider of that name. */
  runningAt(providerName: string): number
  /** Puts administrators' changes in the place of those before, at once. */
  lay(layer: Layer): void
  close(): Promise<void>
}

type ModelsOptions = GroundOptions & {
  /** Offered only when nothing is configured and nothing is found. */
  demo: ModelEntry
}

/** What the portal offers: MODELS_FILE, else what vendors with a key and local servers serve, else the demo model. */
export async function createModels({ demo, ...options }: ModelsOptions): Promise<ModelRegistry> {
  const ground = await loadGround(options)
  const providers = createProviderSet()
  const stateOf = (layer: Layer): { effective: Effective; catalogue: Catalogue } => {
    const effective = layered(ground, layer)
    const isBare = ground.isBare && effective.models.length === 0
    return { effective, catalogue: isBare ? only(demo) : catalogueOf(effective, providers.get) }
  }
  let state = stateOf(emptyLayer)
  return {
    list: () => state.catalogue.listed,
    find: (id) => state.catalogue.byId.get(id) ?? null,
    isSwitchedOff: (id) => state.catalogue.switchedOff.has(id),
    ground,
    effective: () => state.effective,
    runningAt: providers.runningAt,
    lay(layer) {
      state = stateOf(layer)
    },
    async close() {
      await Promise.all([providers.close(), ...demo.targets.map(({ provider }) => provider.close())])
    },
  }
}

const only = (entry: ModelEntry): Catalogue => ({
  listed: [entry],
  byId: new Map([[entry.id, entry]]),
  switchedOff: new Set(),
})
