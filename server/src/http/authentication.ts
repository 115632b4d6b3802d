import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Endpoint, ErrorCode, OrganisationRole, Scope } from '@portal/contract'
import { AppError } from '../errors.ts'
import { requireAdministrator } from './administrator.ts'
import { keyOf } from './credentials.ts'
import { isWrite, type OriginCheck } from './own-origin.ts'
import type { KeyGrant, Principal } from './principal.ts'

/** What a secret opens: somebody, or the reason why nobody. */
export type KeyLookup =
  | Principal
  | { refused: Extract<ErrorCode, 'invalid_api_key' | 'key_revoked' | 'key_expired' | 'account_suspended'> }

/**
 * Tells who is asking; the one door for every transport. May set a cookie on the answer; without one it is a later look
 * at who is there already, which is no use of their key and keeps no session alive.
 */
export type Authenticate = (req: IncomingMessage, res: ServerResponse | null) => Promise<Principal>

/**
 * Builds the authentication every route goes through.
 * @throws AppError missing_credentials, invalid_api_key, key_revoked, key_expired, account_suspended,
 *   organisation_suspended, ip_not_allowed, session_ended, foreign_origin
 */
export function createAuthenticate(deps: {
  findBySecret: (secret: string, isUse: boolean) => Promise<KeyLookup>
  /** Whom the request's cookie stands for; null without one. @throws AppError session_ended */
  findPerson: (req: IncomingMessage, res: ServerResponse | null) => Promise<Principal | null>
  requireOwnOrigin: OriginCheck
  clientAddress: (req: IncomingMessage) => string
}): Authenticate {
  return async (req, res) => {
    const secret = keyOf(req)
    return secret === null ? inPerson(req, res) : withKey(req, secret, res !== null)
  }

  async function inPerson(req: IncomingMessage, res: ServerResponse | null): Promise<Principal> {
    const person = await deps.findPerson(req, res)
    if (!person) throw new AppError('missing_credentials')
    if (isWrite(req)) deps.requireOwnOrigin(req)
    return person
  }

  async function withKey(req: IncomingMessage, secret: string, isUse: boolean): Promise<Principal> {
    const found = await deps.findBySecret(secret, isUse)
    if ('refused' in found) throw new AppError(found.refused)
    if (found.entitlements.isSuspended) throw new AppError('organisation_suspended')
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

type Reach = readonly Scope[]

const reachOfKey: Record<KeyGrant['access'], Reach> = {
  full: ['any', 'models', 'read', 'write', 'self'],
  models: ['any', 'models'],
  read: ['any', 'read'],
}

const everything: Reach = ['any', 'models', 'read', 'write', 'self', 'person']
const onlySeeing: Reach = ['any', 'read', 'self', 'person']
const reachOfRole: Record<OrganisationRole, Reach> = {
  owner: everything,
  admin: everything,
  member: everything,
  billing: onlySeeing,
  viewer: onlySeeing,
}

/**
 * Checks that whoever asks reaches an endpoint's scope.
 * @throws AppError permission_denied, organisation_suspended
 */
export function requireScope(principal: Principal, scope: Scope): void {
  const { key, person, entitlements } = principal
  if (scope === 'public') return
  if (scope === 'administrator') {
    requireAdministrator(principal)
    return
  }
  const role = key?.role ?? person?.role
  const mayRole = role !== undefined && reaches(reachOfRole[role], scope)
  const mayKey = !key || reaches(reachOfKey[key.access], scope)
  if (!(mayRole && mayKey)) throw new AppError('permission_denied', { message: refusal(key, scope) })
  if (entitlements.isSuspended && !reaches(onlySeeing, scope)) throw new AppError('organisation_suspended')
}

/**
 * Lets people of a suspended organisation change what is their own, and nothing else.
 * @throws AppError organisation_suspended
 */
export function requireInForce(
  { entitlements }: Principal,
  { method, scope, whileSuspended }: Pick<Endpoint, 'method' | 'scope' | 'whileSuspended'>,
): void {
  if (!entitlements.isSuspended || method === 'GET' || scope === 'administrator' || whileSuspended) return
  throw new AppError('organisation_suspended')
}

const reaches = (reach: Reach, scope: Scope): boolean => reach.includes(scope)

function refusal(key: KeyGrant | null, scope: Scope): string {
  if (!key)
    return 'Your role in this organisation is to see, not to change. Ask an owner or admin for another role.'
  if (scope === 'person') return 'No API key may do that. Sign in and do it there.'
  if (!reaches(reachOfRole[key.role], scope))
    return 'The owner of this key has a role in its organisation that is to see, not to change.'
  return `This key was made for ${key.access === 'models' ? 'model calls' : 'reading'} only. Use a key with full access.`
}
