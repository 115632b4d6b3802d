import { modelAdministrationEndpoints as endpoints } from '@portal/contract'
import type { Caller, Mount, Principal } from '../http/index.ts'
import type { ModelAdministration } from './administration.ts'
import type { Administrator } from './live-changes.ts'

/** Mounts what administrators see and change of providers and models. */
export function mountModelAdministration(mount: Mount, { providers, models }: ModelAdministration): void {
  mount(endpoints.listProviders, async () => ({ data: providers.list() }))
  mount(endpoints.createProvider, ({ body, ...call }) => providers.create(actorOf(call), body))
  mount(endpoints.updateProvider, ({ params, body, ...call }) =>
    providers.update(actorOf(call), params.providerName, body),
  )
  mount(endpoints.setProviderState, ({ params, body, ...call }) =>
    providers.setState(actorOf(call), params.providerName, body),
  )
  mount(endpoints.testProvider, ({ params, body }) => providers.test(params.providerName, body.model))
  mount(endpoints.removeProvider, async ({ params, query, ...call }) => {
    await providers.remove(actorOf(call), params.providerName, query.version)
    return { success: true as const }
  })
  mount(endpoints.listModels, async () => models.list())
  mount(endpoints.createModel, ({ body, ...call }) => models.create(actorOf(call), body))
  mount(endpoints.updateModel, ({ params, body, ...call }) =>
    models.update(actorOf(call), params.modelId, body),
  )
  mount(endpoints.removeModel, async ({ params, query, ...call }) => {
    await models.remove(actorOf(call), params.modelId, query.version)
    return { success: true as const }
  })
}

const actorOf = ({ principal, caller }: { principal: Principal; caller: Caller }): Administrator => ({
  userId: principal.userId,
  from: caller,
})
