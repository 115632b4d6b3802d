import { isDeepStrictEqual } from 'node:util'
import type {
  AdministeredProvider,
  CreateProviderBody,
  modelAdministrationEndpoints,
  ProviderDefinition,
  ProviderState,
  ProviderTest,
} from '@portal/contract'
import type { z } from 'zod'
import { AppError } from '../errors.ts'
import { invalidField } from './invalid-field.ts'
import type { EffectiveProvider, LiveProvider } from './layers.ts'
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
import { checkProvider } from './provider-check.ts'
import { ownerOfKey } from './read-layer.ts'
import { modelsAt, showProvider } from './show.ts'

type UpdateBody = z.output<NonNullable<(typeof modelAdministrationEndpoints.updateProvider)['body']>>

/** Providers, as administrators see and change them. */
export type LiveProviders = {
  list: () => AdministeredProvider[]
  /** @throws AppError conflict where the name is taken */
  create: (actor: Administrator, body: CreateProviderBody) => Promise<AdministeredProvider>
  /** @throws AppError not_found, conflict for an old version, invalid_request where the key was for another server */
  update: (actor: Administrator, name: string, body: UpdateBody) => Promise<AdministeredProvider>
  /** @throws AppError not_found, conflict for an old version */
  setState: (
    actor: Administrator,
    name: string,
    given: { state: ProviderState; version: number },
  ) => Promise<AdministeredProvider>
  /** @throws AppError not_found, conflict for an old version, or where a model uses it */
  remove: (actor: Administrator, name: string, version: number) => Promise<void>
  /** @throws AppError not_found, conflict where its key cannot be decrypted */
  test: (name: string, model: string | null) => Promise<ProviderTest>
}

/** Builds the verbs. */
export function createLiveProviders(deps: ModelAdministrationDeps, change: Change): LiveProviders {
  const { registry, secrets } = deps
  const shown = (name: string): AdministeredProvider => {
    const effective = registry.effective()
    return showProvider(requireProvider(effective.providers, name), { registry, effective })
  }
  const sealed = (name: string, { baseUrl }: ProviderDefinition, apiKey: string) =>
    secrets.encrypt(apiKey, ownerOfKey(name, baseUrl))
  return {
    list: () => registry.effective().providers.map(({ name }) => shown(name)),
    async create(actor, { name, apiKey, ...definition }) {
      const sealedKey = apiKey === null ? null : await sealed(name, definition, apiKey)
      await change(actor, async (changing) => {
        if (changing.effective.providers.some((each) => each.name === name)) throw nameTaken(name)
        const key = sealedKey === null ? ('none' as const) : ('own' as const)
        await put(changing, { ...fresh(name, changing), definition, key, sealedKey })
        return { action: 'provider.added', details: { name, after: JSON.stringify(definition) } }
      })
      return shown(name)
    },
    async update(actor, name, { version, apiKey, ...definition }) {
      const newKey = apiKey ? await sealed(name, definition, apiKey) : null
      await change(actor, async (changing) => {
        const { current, live } = requireSeen(changing, name, version)
        const key = keyAfter({ current, live }, { apiKey, newKey, definition })
        const under = changing.ground.providers.find((each) => each.name === name)
        const isAsBefore = key.key === 'source' && isDeepStrictEqual(under?.definition, definition)
        await put(changing, { ...live, ...key, definition: isAsBefore ? null : definition })
        const { fields, ...values } = differenceOf(current.definition, definition)
        const named = [fields, apiKey === undefined ? '' : 'apiKey'].filter(Boolean).join(', ')
        return { action: 'provider.changed', details: { name, fields: named, ...values } }
      })
      return shown(name)
    },
    async setState(actor, name, { state, version }) {
      await change(actor, async (changing) => {
        const { current, live } = requireSeen(changing, name, version)
        await put(changing, { ...live, state })
        return { action: 'provider.state-changed', details: { name, from: current.state, to: state } }
      })
      return shown(name)
    },
    remove: (actor, name, version) =>
      change(actor, async (changing) => {
        const { current, live } = requireSeen(changing, name, version)
        if (current.source === 'added') requireUnused(changing, name)
        else if (live.version === 0) throw nothingChanged()
        await store.deleteProvider(changing.trx, name)
        return { action: 'provider.removed', details: { name, before: JSON.stringify(current.definition) } }
      }),
    async test(name, model) {
      const provider = requireProvider(registry.effective().providers, name)
      if (provider.problem !== null) throw new AppError('conflict', { message: provider.problem })
      return checkProvider(provider, model)
    },
  }
}

function requireProvider(providers: readonly EffectiveProvider[], name: string): EffectiveProvider {
  const found = providers.find((each) => each.name === name)
  if (found) return found
  throw new AppError('not_found', { message: 'There is no such provider.' })
}

const nameTaken = (name: string): AppError =>
  new AppError('conflict', {
    message: `There is a provider "${name}" already. Choose another name.`,
    param: 'name',
  })

const nothingChanged = (): AppError =>
  new AppError('conflict', {
    message:
      'This comes from the portal’s configuration, and nothing of it was changed here. Switch it off instead.',
  })

/** What is stored of one that nothing is stored of: it is as its source says. */
const fresh = (name: string, { at }: Changing): LiveProvider => ({
  ...{ name, definition: null, key: 'source', apiKey: null, sealedKey: null, state: 'active', version: 0 },
  ...{ createdAt: at, updatedAt: at },
})

/** @throws AppError not_found, conflict */
function requireSeen(changing: Changing, name: string, version: number) {
  const current = requireProvider(changing.effective.providers, name)
  requireVersion(current.version, version)
  const live = changing.layer.providers.find((each) => each.name === name) ?? fresh(name, changing)
  return { current, live }
}

type Given = { apiKey: string | null | undefined; newKey: string | null; definition: ProviderDefinition }

/** @throws AppError invalid_request where a key would go to a server that it was not entered for */
function keyAfter(
  { current, live }: { current: EffectiveProvider; live: LiveProvider },
  { apiKey, newKey, definition }: Given,
): Pick<LiveProvider, 'key' | 'sealedKey'> {
  if (newKey !== null) return { key: 'own', sealedKey: newKey }
  if (apiKey === null) return { key: 'none', sealedKey: null }
  const hasKey = current.apiKey !== null || live.sealedKey !== null
  const isElsewhere = new URL(current.definition.baseUrl).origin !== new URL(definition.baseUrl).origin
  if (hasKey && isElsewhere) {
    throw invalidField(
      'apiKey',
      'The key was entered for another server and is not sent to this one. Enter the key of this server, or none.',
    )
  }
  // What has none in its source needs none of it elsewhere either.
  return { key: live.key, sealedKey: live.sealedKey }
}

const put = ({ trx, at }: Changing, live: LiveProvider): Promise<void> =>
  store.putProvider(trx, {
    ...{ name: live.name, key_kind: live.key, sealed_key: live.sealedKey, state: live.state },
    definition: live.definition && JSON.stringify(live.definition),
    version: BigInt(nextVersion(live.version, at)),
    ...{ created_at: live.createdAt, updated_at: at },
  })

/** @throws AppError conflict, naming the models that use it */
function requireUnused({ effective }: Changing, name: string): void {
  const users = modelsAt(effective, name)
  if (users.length === 0) return
  const named = users.slice(0, 5).map((id) => `"${id}"`)
  const more = users.length > named.length ? ` and ${users.length - named.length} more` : ''
  throw new AppError('conflict', {
    message: `In use by ${named.join(', ')}${more}. Give these models another provider, or delete them, then delete this one.`,
    meta: { models: users },
  })
}
