import type { KeyAccess } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { KeyGrant } from '../http/index.ts'
import { isRangeWithin } from './ip-range.ts'

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

/** The first field in which `wanted` goes beyond `own`; null where it stays within. */
export function fieldBeyond(own: KeyRights, wanted: KeyRights): KeyField | null {
  if (!wanted.permissions.every((permission) => own.permissions.includes(permission))) return 'permissions'
  if (!accessWithin[own.access].includes(wanted.access)) return 'access'
  if (!isWhitelistWithin(wanted.ipWhitelist, own.ipWhitelist)) return 'ipWhitelist'
  for (const limit of ['dailyLimit', 'monthlyLimit', 'rpmLimit'] as const) {
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

/** Null is without bound. */
const isWithin = (wanted: number | null, own: number | null): boolean =>
  own === null || (wanted !== null && wanted <= own)

/** An empty list admits every address. */
const isWhitelistWithin = (wanted: readonly string[], own: readonly string[]): boolean =>
  own.length === 0 ||
  (wanted.length > 0 && wanted.every((range) => own.some((outer) => isRangeWithin(range, outer))))
