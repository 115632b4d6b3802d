import type { Config } from './config.ts'
import type { GatewayDeps } from './gateway/index.ts'
import type { Storage } from './open-storage.ts'
import { createStatus, type Status } from './status/index.ts'

type StatusDeps = Parameters<typeof createStatus>[0]
type StatusParts = Omit<StatusDeps, 'db' | 'models' | 'modelCallKey' | 'now'> & {
  config: Pick<Config, 'statusApiKey'>
  storage: Pick<Storage, 'db'>
  gateway: Pick<GatewayDeps, 'models' | 'breaker'>
}

/** Builds what tells how the portal works, models as the gateway finds them. */
export function assembleStatus({ config, storage, gateway, ...rest }: StatusParts): Status {
  const { models, breaker } = gateway
  const { db } = storage
  return createStatus({
    ...{ ...rest, db, modelCallKey: config.statusApiKey, now: () => Date.now() },
    models: () =>
      models.list().map(({ id, targets }) => ({
        id,
        targetsOpen: targets.map(({ name }) => breaker.isOpen(name)),
      })),
  })
}
