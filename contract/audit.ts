import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { instant, text } from './text.ts'

/** Everything that is worth remembering that somebody did. */
export const AuditAction = z.enum([
  'user.registered',
  'user.portal-claimed',
  'user.email-verified',
  'user.email-changed',
  'user.password-changed',
  'user.password-reset',
  'user.signed-in',
  'user.signed-out',
  'user.session-ended',
  'user.two-factor-enabled',
  'user.two-factor-disabled',
  'user.two-factor-locked',
  'user.two-factor-reset',
  'user.backup-code-used',
  'user.backup-codes-renewed',
  'user.way-in-added',
  'user.way-in-removed',
  'user.passkey-added',
  'user.passkey-removed',
  'user.passkey-refused',
  'user.deletion-asked',
  'user.deletion-undone',
  'organisation.created',
  'organisation.renamed',
  'organisation.deleted',
  'organisation.left',
  'organisation.transferred',
  'member.joined',
  'member.role-changed',
  'member.removed',
  'invitation.created',
  'invitation.resent',
  'invitation.withdrawn',
  'invitation.accepted',
  'key.created',
  'key.updated',
  'key.deleted',
  'key.regenerated',
  'key.revoked',
  'key.reactivated',
  'alert.created',
  'alert.updated',
  'alert.deleted',
  'alert.restored',
  'alert.tested',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.restored',
  'webhook.secret-rotated',
  'webhook.disabled',
  'incident.opened',
  'incident.changed',
  'incident.told',
  'provider.added',
  'provider.changed',
  'provider.state-changed',
  'provider.removed',
  'model.added',
  'model.changed',
  'model.removed',
  'administration.impersonation-begun',
  'administration.impersonation-ended',
  'administration.user-suspended',
  'administration.user-reinstated',
  'administration.role-changed',
  'administration.password-reset-sent',
  'administration.sessions-ended',
  'administration.key-revoked',
  'administration.deletion-scheduled',
  'administration.deletion-cancelled',
  'administration.plan-changed',
  'administration.overrides-changed',
  'administration.organisation-suspended',
  'administration.organisation-reinstated',
  'administration.job-retried',
  'administration.job-discarded',
  'administration.switch-changed',
  'administration.mail-retried',
  'administration.delivery-retried',
])
export type AuditAction = z.infer<typeof AuditAction>

const Actor = z.object({ id: z.string(), name: z.string().nullable().describe('Null once they are gone.') })

/** Something that somebody did. */
export const AuditEvent = z.object({
  id: z.string(),
  at: instant,
  action: AuditAction,
  organisationId: z.string().nullable().describe('Null where it concerns a person alone.'),
  actor: Actor.nullable().describe('Who did it; null where nobody was signed in.'),
  actorKeyId: z.string().nullable().describe('The API key that it was done with.'),
  impersonator: Actor.nullable().describe('The administrator who was signed in as who did it.'),
  subject: Actor.nullable().describe('Whom it was done to, or whose key.'),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})
export type AuditEvent = z.infer<typeof AuditEvent>

const Page = z.object({ data: z.array(AuditEvent), nextCursor: z.string().nullable() })

const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().optional().describe('The nextCursor of the page before.'),
}

const moment = z.iso.datetime({ offset: true, error: 'Expected an instant such as 2026-11-22T09:30:00Z.' })
const filters = {
  action: AuditAction.optional(),
  actor: text(100).optional().describe('The id of who did it.'),
  from: moment.optional().describe('Not before this instant.'),
  to: moment.optional().describe('Before this instant.'),
}

const OrganisationParams = z.strictObject({ organisationId: z.string() })

export const auditEndpoints = {
  ofOrganisation: endpoint({
    method: 'GET',
    path: '/api/organisations/:organisationId/audit',
    tag: 'Organisations',
    summary: 'What was done in an organisation, newest first. For its owners and admins.',
    scope: 'read',
    params: OrganisationParams,
    query: z.strictObject({ ...paging, ...filters }),
    output: Page,
    status: 200,
    errors: ['not_found'],
  }),
  exportOfOrganisation: endpoint({
    method: 'GET',
    path: '/api/organisations/:organisationId/audit/export',
    tag: 'Organisations',
    summary:
      'The same as CSV: the newest 100,000 events; a header x-portal-truncated says that there are more.',
    scope: 'read',
    params: OrganisationParams,
    query: z.strictObject(filters),
    output: z.string(),
    mediaType: 'text/csv; charset=utf-8',
    status: 200,
    errors: ['not_found'],
  }),
  ofUser: endpoint({
    method: 'GET',
    path: '/api/user/activity',
    tag: 'User profile',
    summary: 'What you did and what was done to your account, newest first.',
    scope: 'person',
    query: z.strictObject(paging),
    output: Page,
    status: 200,
    errors: [],
  }),
}
