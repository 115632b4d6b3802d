import { keyEndpoints } from '@portal/contract'
import type { Mount } from '../http/index.ts'
import type { Keys } from './service.ts'

/** Mounts the endpoints under /api/keys. */
export function mountKeys(mount: Mount, keys: Keys): void {
  mount(keyEndpoints.list, ({ principal, query }) => keys.listKeys(principal, query))
  mount(keyEndpoints.create, ({ principal, body }) => keys.createKey(principal, body))
  mount(keyEndpoints.get, ({ principal, params }) => keys.getKey(principal, params.keyId))
  mount(keyEndpoints.update, ({ principal, params, body }) => keys.updateKey(principal, params.keyId, body))
  mount(keyEndpoints.remove, async ({ principal, params }) => {
    await keys.removeKey(principal, params.keyId)
    return { success: true as const }
  })
  mount(keyEndpoints.regenerate, ({ principal, params, body }) =>
    keys.regenerateKey(principal, params.keyId, body),
  )
  mount(keyEndpoints.revoke, ({ principal, params, body }) => keys.revokeKey(principal, params.keyId, body))
  mount(keyEndpoints.reactivate, ({ principal, params }) => keys.reactivateKey(principal, params.keyId))
  mount(keyEndpoints.usage, ({ principal, params, query }) => keys.usageOfKey(principal, params.keyId, query))
  mount(keyEndpoints.requests, ({ principal, params, query }) =>
    keys.requestsOfKey(principal, params.keyId, query),
  )
}
