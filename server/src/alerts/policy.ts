// Who may do what with alerts and webhooks.
import type { OrganisationRole } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Principal } from '../http/index.ts'

const managers: readonly OrganisationRole[] = ['owner', 'admin', 'billing']

/** Whether a role makes, changes and tests alerts and webhooks, and sees what everybody used. */
export const mayManageAlerts = (role: OrganisationRole | undefined): boolean =>
  role !== undefined && managers.includes(role)

/** What somebody is in the organisation that they act for. */
export const roleOf = ({ key, person }: Principal): OrganisationRole | undefined => key?.role ?? person?.role

/** @throws AppError permission_denied */
export function requireManager(role: OrganisationRole | undefined): void {
  if (mayManageAlerts(role)) return
  throw new AppError('permission_denied', {
    message: 'Only owners, admins and billing of the organisation may do that.',
  })
}
