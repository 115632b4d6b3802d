// Who may do what in an organisation. Each answers true, or the sentence that says why not.
import { isManagerRole, type OrganisationRole } from '@portal/contract'
import { AppError } from '../errors.ts'

type Verdict = true | string

/**
 * Whether somebody may rename the organisation, see and make invitations, and read what was done. Nobody is invited as
 * an owner, so no invitation is for a role above the one who makes it.
 */
export const mayManage = (role: OrganisationRole): Verdict =>
  isManagerRole(role) || 'Only owners and admins of the organisation may do that.'

/** Whether somebody may delete the organisation or hand it over. */
export const mayDispose = (role: OrganisationRole): Verdict =>
  role === 'owner' || 'Only an owner of the organisation may do that.'

/** Whether somebody may change a member from one role to another, or take them out: `to` null. */
export function mayChangeMember(
  role: OrganisationRole,
  { from, to }: { from: OrganisationRole; to: OrganisationRole | null },
): Verdict {
  if (!isManagerRole(role)) return mayManage(role)
  if (role === 'owner' || (from !== 'owner' && to !== 'owner')) return true
  return 'Only an owner may make, change or remove owners.'
}

/** What of other members somebody may see. */
export const sightOf = (role: OrganisationRole): { addresses: boolean; security: boolean } => ({
  addresses: isManagerRole(role) || role === 'member',
  security: isManagerRole(role),
})

/** Whether open invitations of somebody in this role stay. */
export const keepsInvitations = isManagerRole

/** @throws AppError permission_denied with the reason */
export function requireMay(verdict: Verdict): void {
  if (verdict !== true) throw new AppError('permission_denied', { message: verdict })
}
