import type { InvitedRole, OrganisationRole, PlanTier } from '@portal/contract'

/** A role as people read it, and what it lets somebody do. */
export const roleWords: Record<OrganisationRole, { label: string; may: string }> = {
  owner: { label: 'Owner', may: 'Does everything, also hands the organisation over or deletes it.' },
  admin: { label: 'Admin', may: 'Invites people, changes roles, manages every key, reads the audit log.' },
  member: { label: 'Member', may: 'Uses models, makes API keys and changes their own.' },
  billing: { label: 'Billing', may: 'Sees usage and costs, and changes nothing.' },
  viewer: { label: 'Viewer', may: 'Sees what is there, and changes nothing.' },
}

/** What somebody can be invited as, the usual first. */
export const invitedRoles: readonly InvitedRole[] = ['member', 'admin', 'billing', 'viewer']

/** A plan as people read it. */
export const planWords: Record<PlanTier, string> = {
  FREE: 'Free plan',
  PRO: 'Pro plan',
  ENTERPRISE: 'Enterprise plan',
}
