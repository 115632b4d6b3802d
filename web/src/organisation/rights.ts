// Who may do what, as the server judges it: a page offers nothing that would be refused.
import type { Member, OrganisationRole } from '@portal/contract'

/** Whether somebody may hand the organisation over or delete it. */
export const mayDispose = (role: OrganisationRole): boolean => role === 'owner'

/** Whether somebody may change a member's role or take them out. */
export const mayChange = (role: OrganisationRole, member: Pick<Member, 'role'>): boolean =>
  role === 'owner' || (role === 'admin' && member.role !== 'owner')

/** What somebody may make of a member. */
export const rolesToGive = (role: OrganisationRole): OrganisationRole[] =>
  role === 'owner'
    ? ['owner', 'admin', 'member', 'billing', 'viewer']
    : ['admin', 'member', 'billing', 'viewer']
