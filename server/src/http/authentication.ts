import type { IncomingMessage } from 'node:http'
import type { ErrorCode, Scope } from '@portal/contract'
import { AppError } from '../errors.ts'
import { keyOf } from './credentials.ts'
import type { KeyGrant, Principal } from './principal.ts'

/** What a secret opens: somebody, or the reason why nobody. */
export type KeyLookup =
  | Principal
  | { refused: Extract<ErrorCode, 'invalid_api_key' | 'key_revoked' | 'key_expired'> }

/** Tells who is asking; the one door for every transport. */
export type Authenticate = (req: IncomingMessage) => Promise<Principal>

/**
 * Builds the authentication every route goes through.
 * @throws AppError missing_credentials, invalid_api_key, key_revoked, key_expired, ip_not_allowed
 */
export function createAuthenticate(deps: {
  findBySecret: (secret: string) => Promise<KeyLookup>
  clientAddress: (req: IncomingMessage) => string
}): Authenticate {
  return async (req) => {
    const secret = keyOf(req)
    if (secret === null) throw new AppError('missing_credentials')
    const found = await deps.findBySecret(secret)
    if ('refused' in found) throw new AppError(found.refused)
    if (!found.key || found.key.ipWhitelist.length === 0) return found
    const address = deps.clientAddress(req)
    if (!found.key.allowsAddress(address)) {
      throw new AppError('ip_not_allowed', {
        message: `This key may not be used from ${address}. Add the address to the key’s ipWhitelist, or use another key.`,
      })
    }
    return found
  }
}

const reach: Record<KeyGrant['access'], readonly Scope[]> = {
  full: ['any', 'models', 'read', 'write'],
  models: ['any', 'models'],
  read: ['any', 'read'],
}

/**
 * Checks that the key in use reaches an endpoint's scope.
 * @throws AppError permission_denied
 */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!principal.key || scope === 'public' || reach[principal.key.access].includes(scope)) return
  throw new AppError('permission_denied', {
    message: `This key was made for ${principal.key.access === 'models' ? 'model calls' : 'reading'} only. Use a key with full access.`,
  })
}
