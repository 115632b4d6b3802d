import type { Events } from './events.ts'
import { createLookupCache, type LookupCache } from './lookup-cache.ts'

/** Something that stands for somebody in an organisation. */
type Standing = { principal: { userId: string; organisationId: string } }

type PrincipalCacheOptions<Value> = {
  events: Pick<Events, 'subscribe' | 'connected' | 'onReconnect'>
  find: (key: string) => Promise<Value | null>
}

/** A look-up cache that drops what an event says of a person or an organisation, and trusts nothing it may have missed. */
export function createPrincipalCache<Value extends Standing>({
  events,
  find,
}: PrincipalCacheOptions<Value>): LookupCache<Value> {
  const cache = createLookupCache<Value>({ find, isTrusted: () => events.connected })
  events.onReconnect(() => cache.clear())
  events.subscribe((event) => {
    if (event.type === 'user-changed') cache.drop(({ principal }) => principal.userId === event.userId)
    if (event.type === 'organisation-changed')
      cache.drop(({ principal }) => principal.organisationId === event.organisationId)
  })
  return cache
}
