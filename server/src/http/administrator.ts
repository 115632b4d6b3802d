import { AppError } from '../errors.ts'
import type { Principal } from './principal.ts'

/**
 * Lets only those on who run this portal, in person; to others there is nothing here.
 * @throws AppError not_found
 */
export function requireAdministrator({ person }: Principal): void {
  if (!person?.isAdministrator) throw new AppError('not_found')
}
