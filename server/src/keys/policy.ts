import { isManagerRole, type KeyAccess, type OrganisationRole } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { KeyGrant } from '../http/index.ts'
import { isRangeWithin } from './ip-range.ts'

const changers: readonly OrganisationRole[] = ['owner', 'admin', 'member']

/** Whether somebody in this role may make and change keys; else why not. */
export const mayChangeKeys = (role: OrganisationRole): true | string =>
  changers.includes(role) || 'Your role in this organisation is to see, not to change.'

/** Whether somebody may change a key that stands for `ownerId`; else why not. */
export const mayChangeKeyOf = (
  actor: { role: OrganisationRole; userId: string },
  ownerId: string,
): true | string =>
  actor.userId === ownerId ||
  isManagerRole(actor.role) ||
  'This key is somebody else’s. Ask them, or an owner or admin of the organisation.'

/** What a key may do, whatever it is called. */
export type KeyRights = Pick<
  KeyGrant,
  'permissions' | 'access' | 'ipWhitelist' | 'dailyLimit' | 'monthlyLimit' | 'rpmLimit' | 'expiresAt'
>

type KeyField = Exclude<keyof KeyRights, 'expiresAt'> | 'expiresInDays'

const accessWithin: Record<KeyAccess, readonly KeyAccess[]> = {
  full: ['full', 'models', 'read'],
  models: ['models'],
  read: ['read'],
}

const limits = ['dailyLimit', 'monthlyLimit', 'rpmLimit'] as const

/** The first field in which `wanted` goes beyond `own`; null where it stays within. */
export function fieldBeyond(own: KeyRights, wanted: KeyRights): KeyField | null {
  if (!wanted.permissions.every((permission) => own.permissions.includes(permission))) return 'permissions'
  if (!accessWithin[own.access].includes(wanted.access)) return 'access'
  if (!isWhitelistWithin(wanted.ipWhitelist, own.ipWhitelist)) return 'ipWhitelist'
  for (const limit of limits) {
    if (!isWithin(wanted[limit], own[limit])) return limit
  }
  return isWithin(wanted.expiresAt, own.expiresAt) ? null : 'expiresInDays'
}

/**
 * Lets a key make, change or revive only keys that may do no more than itself; a person (null) is not bound.
 * @throws AppError permission_denied naming the field
 */
export function requireWithinOwnRights(actor: KeyRights | null, wanted: KeyRights): void {
  const field = actor && fieldBeyond(actor, wanted)
  if (!field) return
  throw new AppError('permission_denied', {
    message: `${field}: a key cannot make, change or revive one that may do more than itself. Stay within the rights of the key in use, or use a key that has them.`,
    param: field,
  })
}

/**
 * Refuses a key that has limits of its own what would add to them: each key's limits are counted apart, so that two
 * with the same limits may do twice as much. Neither a person (null) nor a key without limits is bound.
 * @throws AppError permission_denied, naming the field where one is at fault
 */
export function requireNoLimits(actor: KeyRights | null, field?: KeyField): void {
  if (!actor || limits.every((limit) => actor[limit] === null)) return
  throw new AppError('permission_denied', {
    message: `${field ? `${field}: ` : ''}this key has limits of its own, so it cannot create, reactivate or widen keys, nor regenerate others. Use a key without limits, or sign in.`,
    ...(field && { param: field }),
  })
}

/** Null is without bound. */
const isWithin = (wanted: number | null, own: number | null): boolean =>
  own === null || (wanted !== null && wanted <= own)

/** An empty list admits every address. */
const isWhitelistWithin = (wanted: readonly string[], own: readonly string[]): boolean =>
  own.length === 0 ||
  (wanted.length > 0 && wanted.every((range) => own.some((outer) => isRangeWithin(range, outer))))
