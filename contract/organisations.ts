import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { PlanTier } from './keys.ts'
import { Done, Email, instant, nameText } from './text.ts'

const tag = 'Organisations'

/** What somebody may do in an organisation, most first. */
export const OrganisationRole = z.enum(['owner', 'admin', 'member', 'billing', 'viewer'])
export type OrganisationRole = z.infer<typeof OrganisationRole>

/** Whether a role manages its organisation: renames it, invites people, changes everybody's keys, reads what was done. */
export const isManagerRole = (role: OrganisationRole): boolean => role === 'owner' || role === 'admin'

/** What somebody can be invited as. */
export const InvitedRole = OrganisationRole.exclude(['owner'])
export type InvitedRole = z.infer<typeof InvitedRole>

/** The organisation that a session acts for. */
export const ActingOrganisation = z.object({
  id: z.string(),
  name: z.string(),
  role: OrganisationRole.describe('Yours in it.'),
  tier: PlanTier,
})
export type ActingOrganisation = z.infer<typeof ActingOrganisation>

/** An organisation as one of its members sees it. */
export const Organisation = ActingOrganisation.extend({
  memberCount: z.number(),
  current: z.boolean().describe('Whether it is the one that you act for now.'),
  createdAt: instant,
})
export type Organisation = z.infer<typeof Organisation>

/** Somebody in an organisation. What the asker may not see is null. */
export const Member = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string().nullable().describe('Null to viewers and billing, their own excepted.'),
  role: OrganisationRole,
  joinedAt: instant,
  twoFactorEnabled: z.boolean().nullable().describe('For owners and admins; your own for yourself.'),
  lastSeenAt: instant.nullable().describe('In this organisation; shown like twoFactorEnabled.'),
})
export type Member = z.infer<typeof Member>

/** An invitation that is open. */
export const Invitation = z.object({
  id: z.string(),
  email: z.string(),
  role: InvitedRole,
  inviter: z.object({ id: z.string(), name: z.string() }),
  createdAt: instant,
  expiresAt: instant,
})
export type Invitation = z.infer<typeof Invitation>

const OrganisationName = nameText(100)
const OrganisationParams = z.strictObject({ organisationId: z.string() })
const MemberParams = OrganisationParams.extend({ userId: z.string() })
const InvitationParams = OrganisationParams.extend({ invitationId: z.string() })
const InvitationToken = z.strictObject({ token: z.string().min(1).max(200) })

export const organisationEndpoints = {
  list: endpoint({
    method: 'GET',
    path: '/api/organisations',
    tag,
    summary: 'The organisations you are in, the first joined first; with an API key, its own alone.',
    scope: 'read',
    output: z.object({ data: z.array(Organisation) }),
    status: 200,
    errors: [],
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/organisations',
    tag,
    summary: 'Make a further organisation, which you own. At most 10 are owned by a person.',
    scope: 'person',
    isPersonal: true,
    body: z.strictObject({ name: OrganisationName }),
    output: Organisation,
    status: 201,
    errors: ['conflict'],
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/organisations/:organisationId',
    tag,
    summary: 'One organisation you are in.',
    scope: 'read',
    params: OrganisationParams,
    output: Organisation,
    status: 200,
    errors: ['not_found'],
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/api/organisations/:organisationId',
    tag,
    summary: 'Rename an organisation. For its owners and admins.',
    scope: 'person',
    params: OrganisationParams,
    body: z.strictObject({ name: OrganisationName }),
    output: Organisation,
    status: 200,
    errors: ['not_found'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/organisations/:organisationId',
    tag,
    summary: 'Delete an organisation and its keys for good, its name typed as confirmation. For its owners.',
    scope: 'person',
    isPersonal: true,
    params: OrganisationParams,
    body: z.strictObject({ name: z.string().trim().max(100).describe('The name of the organisation.') }),
    output: Done,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  switchTo: endpoint({
    method: 'POST',
    path: '/api/organisations/:organisationId/switch',
    tag,
    summary: 'Act for this organisation from now on, in this session alone.',
    scope: 'person',
    whileSuspended: true,
    params: OrganisationParams,
    output: Organisation,
    status: 200,
    errors: ['not_found'],
  }),
  leave: endpoint({
    method: 'POST',
    path: '/api/organisations/:organisationId/leave',
    tag,
    summary: 'Leave an organisation. The keys you made there stop; the last owner cannot leave.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    params: OrganisationParams,
    output: Done,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  transfer: endpoint({
    method: 'POST',
    path: '/api/organisations/:organisationId/transfer',
    tag,
    summary: 'Hand your ownership to another member; you become an admin.',
    scope: 'person',
    isPersonal: true,
    params: OrganisationParams,
    body: z.strictObject({ userId: z.string() }),
    output: Organisation,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  listMembers: endpoint({
    method: 'GET',
    path: '/api/organisations/:organisationId/members',
    tag,
    summary: 'Who is in an organisation, the first joined first.',
    scope: 'person',
    params: OrganisationParams,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(100),
      cursor: z.string().optional().describe('The nextCursor of the page before.'),
    }),
    output: z.object({ data: z.array(Member), nextCursor: z.string().nullable() }),
    status: 200,
    errors: ['not_found'],
  }),
  updateMember: endpoint({
    method: 'PATCH',
    path: '/api/organisations/:organisationId/members/:userId',
    tag,
    summary: 'Change somebody’s role. For admins, but owners are changed and made by owners alone.',
    scope: 'person',
    isPersonal: true,
    params: MemberParams,
    body: z.strictObject({ role: OrganisationRole }),
    output: Member,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  removeMember: endpoint({
    method: 'DELETE',
    path: '/api/organisations/:organisationId/members/:userId',
    tag,
    summary: 'Remove somebody. The keys they made there stop at once.',
    scope: 'person',
    isPersonal: true,
    params: MemberParams,
    output: Done,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
}

export const invitationEndpoints = {
  list: endpoint({
    method: 'GET',
    path: '/api/organisations/:organisationId/invitations',
    tag,
    summary: 'The open invitations, newest first. For owners and admins, like all that is done with them.',
    scope: 'person',
    params: OrganisationParams,
    output: z.object({ data: z.array(Invitation) }),
    status: 200,
    errors: ['not_found'],
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/organisations/:organisationId/invitations',
    tag,
    summary:
      'Invite an address; the link works once, for 7 days, and ends the one before it. 50 open at most.',
    scope: 'person',
    isPersonal: true,
    params: OrganisationParams,
    body: z.strictObject({ email: Email, role: InvitedRole }),
    output: Invitation,
    status: 201,
    errors: ['not_found', 'conflict'],
  }),
  withdraw: endpoint({
    method: 'DELETE',
    path: '/api/organisations/:organisationId/invitations/:invitationId',
    tag,
    summary: 'Withdraw an invitation: its link stops.',
    scope: 'person',
    params: InvitationParams,
    output: Done,
    status: 200,
    errors: ['not_found'],
  }),
  resend: endpoint({
    method: 'POST',
    path: '/api/organisations/:organisationId/invitations/:invitationId/resend',
    tag,
    summary: 'Mail a new link, good for 7 days; the old one stops. 3 times an hour.',
    scope: 'person',
    isPersonal: true,
    params: InvitationParams,
    output: Invitation,
    status: 200,
    errors: ['not_found'],
  }),
  preview: endpoint({
    method: 'POST',
    path: '/api/invitations/preview',
    tag,
    summary: 'What the link of an invitation leads to.',
    scope: 'public',
    body: InvitationToken,
    output: z.object({
      organisation: z.object({ name: z.string() }),
      inviter: z.object({ name: z.string() }),
      email: z.string().describe('Whom it is for.'),
      role: InvitedRole,
      expiresAt: instant,
      hasAccount: z.boolean().describe('Whether somebody with that address has signed up.'),
    }),
    status: 200,
    errors: ['invalid_token', 'rate_limit_exceeded'],
  }),
  accept: endpoint({
    method: 'POST',
    path: '/api/invitations/accept',
    tag,
    summary: 'Join the organisation of an invitation that was made for your confirmed address.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: InvitationToken,
    output: Organisation,
    status: 200,
    errors: ['invalid_token', 'email_not_verified', 'conflict'],
  }),
}
