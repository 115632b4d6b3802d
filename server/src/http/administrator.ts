import { AppError } from '../errors.ts'
import type { Principal } from './principal.ts'

/** Lets nobody act who is signed in as somebody else. @throws AppError impersonated */
export function requireThemselves({ person }: Pick<Principal, 'person'>): void {
  if (person?.impersonatorId) throw new AppError('impersonated')
}

/** Lets only people in who run this portal, and no key of theirs. @throws AppError permission_denied */
export function requireAdministrator({ key, person }: Pick<Principal, 'key' | 'person'>): void {
  if (!key && person?.isAdministrator) return
  throw new AppError('permission_denied', { message: 'This is for the administrators of this portal.' })
}
