import { isDeepStrictEqual } from 'node:util'
import type { AdministeredModel, ModelDefinition, modelAdministrationEndpoints } from '@portal/contract'
import type { z } from 'zod'
import { AppError } from '../errors.ts'
import type { DescribedModel } from './ground.ts'
import { invalidField } from './invalid-field.ts'
import type { EffectiveModel, LiveModel } from './layers.ts'
import {
  type Administrator,
  type Change,
  type Changing,
  differenceOf,
  type ModelAdministrationDeps,
  nextVersion,
  requireVersion,
} from './live-changes.ts'
import * as store from './live-store.ts'
import { showModel } from './show.ts'

type UpdateBody = z.output<NonNullable<(typeof modelAdministrationEndpoints.updateModel)['body']>>

/** Models, as administrators see and change them. */
export type LiveModels = {
  list: () => { data: AdministeredModel[]; isDemo: boolean }
  /** @throws AppError conflict where the id is taken, invalid_request for a provider that there is not */
  create: (actor: Administrator, definition: ModelDefinition) => Promise<AdministeredModel>
  /** @throws AppError not_found, conflict for an old version, invalid_request */
  update: (actor: Administrator, id: string, body: UpdateBody) => Promise<AdministeredModel>
  /** @throws AppError not_found, conflict for an old version */
  remove: (actor: Administrator, id: string, version: number) => Promise<void>
}

/** Builds the verbs. */
export function createLiveModels(
  { registry, healthOf }: ModelAdministrationDeps,
  change: Change,
): LiveModels {
  const shown = (id: string): AdministeredModel => {
    const effective = registry.effective()
    return showModel(requireDescribed(effective.models, id), { effective, healthOf })
  }
  return {
    list: () => ({
      data: registry.effective().models.map(({ definition }) => shown(definition.id)),
      isDemo: registry.list().some(({ isDemo }) => isDemo),
    }),
    async create(actor, definition) {
      const { id } = definition
      await change(actor, async (changing) => {
        if (changing.effective.models.some((each) => each.definition.id === id)) throw idTaken(id)
        requireProviders(changing, definition, [])
        await put(changing, { ...fresh(id, changing), definition })
        return {
          action: 'model.added',
          details: { name: id, after: JSON.stringify(definition).slice(0, 2000) },
        }
      })
      return shown(id)
    },
    async update(actor, id, { version, ...body }) {
      await change(actor, async (changing) => {
        const { current, live } = requireSeen(changing, id, version)
        const definition = { id, ...body }
        requireProviders(changing, definition, current.definition.targets)
        const isAsSource = isTheSame(groundOf(changing, id), definition)
        if (definition.price === null && !isAsSource) throw invalidField('price', priceMissing)
        await put(changing, { ...live, definition, isAsSource })
        const details = { name: id, ...differenceOf(current.definition, definition) }
        return { action: 'model.changed', details }
      })
      return shown(id)
    },
    remove: (actor, id, version) =>
      change(actor, async (changing) => {
        const { current, live } = requireSeen(changing, id, version)
        if (current.source !== 'added' && live.version === 0) throw nothingChanged()
        await store.deleteModel(changing.trx, id)
        const before = JSON.stringify(current.definition).slice(0, 2000)
        return { action: 'model.removed', details: { name: id, before } }
      }),
  }
}

const priceMissing = 'Enter a price, 0 for what costs nothing: a model of unknown price would be given away.'

function requireDescribed(models: readonly EffectiveModel[], id: string): EffectiveModel {
  const found = models.find(({ definition }) => definition.id === id)
  if (found) return found
  throw new AppError('not_found', { message: 'There is no such model.' })
}

const idTaken = (id: string): AppError =>
  new AppError('conflict', { message: `There is a model "${id}" already. Choose another id.`, param: 'id' })

const nothingChanged = (): AppError =>
  new AppError('conflict', {
    message:
      'This comes from the portal’s configuration, and nothing of it was changed here. Switch it off instead.',
  })

const fresh = (id: string, { at }: Changing): Omit<LiveModel, 'definition' | 'enabled' | 'hidden'> => ({
  ...{ id, version: 0, createdAt: at, updatedAt: at },
})

/** @throws AppError not_found, conflict */
function requireSeen(changing: Changing, id: string, version: number) {
  const current = requireDescribed(changing.effective.models, id)
  requireVersion(current.version, version)
  const live = changing.layer.models.find((each) => each.id === id) ?? fresh(id, changing)
  return { current, live }
}

const groundOf = ({ ground }: Changing, id: string): DescribedModel | undefined =>
  ground.models.find(({ definition }) => definition.id === id)?.definition

/** Whether both say the same, whoever may call it now. */
const isTheSame = (one: DescribedModel | undefined, other: DescribedModel): boolean =>
  isDeepStrictEqual(one && { ...one, enabled: true, hidden: false }, {
    ...other,
    enabled: true,
    hidden: false,
  })

/** @throws AppError invalid_request for a provider that there is not, unless it was among the targets before */
function requireProviders(
  { effective }: Changing,
  { targets }: DescribedModel,
  before: DescribedModel['targets'],
): void {
  const known = new Set([
    ...effective.providers.map(({ name }) => name),
    ...before.map(({ provider }) => provider),
  ])
  const at = targets.findIndex(({ provider }) => !known.has(provider))
  if (at < 0) return
  throw invalidField(
    `targets[${at}].provider`,
    'There is no such provider. Add it first, or name one of those there are.',
  )
}

type Stored = ReturnType<typeof fresh> & { definition: DescribedModel; isAsSource?: boolean }

function put({ trx, at }: Changing, { id, version, createdAt, definition, isAsSource = false }: Stored) {
  const { id: _, enabled, hidden, ...described } = definition
  return store.putModel(trx, {
    ...{ id, definition: isAsSource ? null : JSON.stringify(described) },
    ...{ is_enabled: enabled, is_hidden: hidden, version: BigInt(nextVersion(version, at)) },
    ...{ created_at: createdAt, updated_at: at },
  })
}
