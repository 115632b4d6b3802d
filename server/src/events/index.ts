export type { PortalEvent } from './event.ts'
export { createEvents, type Events } from './events.ts'
export { createPrincipalCache } from './principal-cache.ts'
