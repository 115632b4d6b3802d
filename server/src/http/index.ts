export { requireThemselves } from './administrator.ts'
export { attachmentHeader } from './attachment-header.ts'
export { type Authenticate, createAuthenticate, type KeyLookup, requireScope } from './authentication.ts'
export { readJson } from './body.ts'
export { addressMatcher, clientAddressReader, isLocalName, isProxied } from './client-address.ts'
export { type Cookies, createCookies } from './cookies.ts'
export { applyCors } from './cors.ts'
export { csvTable } from './csv-table.ts'
export { requireCursor, wrongCursor } from './cursor.ts'
export { invalidRequest } from './invalid-request.ts'
export { methodNotAllowed } from './method-not-allowed.ts'
export {
  type Caller,
  callerOf,
  createMount,
  type Gate,
  type Handle,
  type HttpEnv,
  type Mount,
} from './mount.ts'
export { createOriginCheck, type OriginCheck } from './own-origin.ts'
export { createPagedAnswer } from './paged-answer.ts'
export { createPlaces, type Enter, inPlace } from './places.ts'
export { type Entitlements, isActedBy, type KeyGrant, ownerInPerson, type Principal } from './principal.ts'
export { appErrorFrom, logError, portalErrorBody, sendError, sendJson } from './render-error.ts'
export { setSecurityHeaders } from './security-headers.ts'
export { createHttpServer } from './server.ts'
export { readTarget, requestFault, type Target } from './target.ts'
export { createUpgrades, type Upgrade, type UpgradeHandler, type Upgrades } from './upgrades.ts'
