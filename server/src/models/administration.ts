import { createChange, createRefresh, type ModelAdministrationDeps } from './live-changes.ts'
import { createLiveModels, type LiveModels } from './live-models.ts'
import { createLiveProviders, type LiveProviders } from './live-providers.ts'

/** Providers and models that change while the portal runs. */
export type ModelAdministration = {
  providers: LiveProviders
  models: LiveModels
  /** Takes what was changed before into the registry, and from now on what any process changes. */
  start(): Promise<void>
}

/** Builds it over what the file or the environment gave. */
export function createModelAdministration(deps: ModelAdministrationDeps): ModelAdministration {
  const refresh = createRefresh(deps)
  const change = createChange(deps, refresh)
  const follow = () => {
    refresh().catch((err) =>
      deps.log.error({ err }, 'changed models could not be read; those before are offered'),
    )
  }
  return {
    providers: createLiveProviders(deps, change),
    models: createLiveModels(deps, change),
    async start() {
      deps.events.subscribe(({ type }) => {
        if (type === 'models-changed') follow()
      })
      deps.events.onReconnect(follow)
      await refresh()
    },
  }
}
