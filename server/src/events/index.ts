export type { PortalEvent } from './event.ts'
export { createEvents, type Events } from './events.ts'
export { createLookupCache, type LookupCache } from './lookup-cache.ts'
