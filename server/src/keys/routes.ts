import { keyEndpoints } from '@portal/contract'
import type { Caller, Mount, Principal } from '../http/index.ts'
import type { KeyActor } from './key-changes.ts'
import type { Keys } from './service.ts'

/** Mounts the endpoints under /api/keys. */
export function mountKeys(mount: Mount, keys: Keys): void {
  mountReading(mount, keys)
  mount(keyEndpoints.create, ({ body, ...call }) => keys.createKey(actorOf(call), body))
  mount(keyEndpoints.update, ({ params, body, ...call }) => keys.updateKey(actorOf(call), params.keyId, body))
  mount(keyEndpoints.remove, async ({ params, ...call }) => {
    await keys.removeKey(actorOf(call), params.keyId)
    return { success: true as const }
  })
  mount(keyEndpoints.regenerate, ({ params, body, ...call }) =>
    keys.regenerateKey(actorOf(call), params.keyId, body),
  )
  mount(keyEndpoints.revoke, ({ params, body, ...call }) => keys.revokeKey(actorOf(call), params.keyId, body))
  mount(keyEndpoints.reactivate, ({ params, ...call }) => keys.reactivateKey(actorOf(call), params.keyId))
}

function mountReading(mount: Mount, keys: Keys): void {
  mount(keyEndpoints.list, ({ principal, query }) => keys.listKeys(principal, query))
  mount(keyEndpoints.get, ({ principal, params }) => keys.getKey(principal, params.keyId))
  mount(keyEndpoints.usage, ({ principal, params, query }) => keys.usageOfKey(principal, params.keyId, query))
  mount(keyEndpoints.requests, ({ principal, params, query }) =>
    keys.requestsOfKey(principal, params.keyId, query),
  )
}

const actorOf = ({ principal, caller }: { principal: Principal; caller: Caller }): KeyActor => ({
  ...principal,
  from: caller,
})
