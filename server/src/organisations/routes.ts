import { auditEndpoints, invitationEndpoints, organisationEndpoints } from '@portal/contract'
import { type Caller, createPagedAnswer, type Handle, type Mount, type Principal } from '../http/index.ts'
import type { Asking } from './change.ts'
import type { OrganisationService } from './service.ts'

const done = { success: true } as const

/** Mounts organisations, their members, invitations and what was done there. */
export function mountOrganisations(mount: Mount, service: OrganisationService): void {
  mountOwn(mount, service)
  mountMembers(mount, service)
  mountInvitations(mount, service)
  mountLinks(mount, service)
  mountAudit(mount, service)
}

type Call = { principal: Principal; caller: Caller; params: { organisationId: string } }

const askingOf = ({ principal, caller, params: { organisationId } }: Call): Asking => ({
  ...{ principal, caller, organisationId },
})

function mountOwn(mount: Mount, { organisations }: OrganisationService): void {
  mount(organisationEndpoints.list, async ({ principal }) => ({ data: await organisations.list(principal) }))
  mount(organisationEndpoints.create, ({ principal, body, caller }) =>
    organisations.create(principal, body.name, caller),
  )
  mount(organisationEndpoints.get, ({ principal, params }) =>
    organisations.get(principal, params.organisationId),
  )
  mount(organisationEndpoints.update, (call) => organisations.rename(askingOf(call), call.body.name))
  mount(organisationEndpoints.remove, async (call) => {
    await organisations.remove(askingOf(call), call.body.name)
    return done
  })
  mount(organisationEndpoints.switchTo, (call) => organisations.switchTo(askingOf(call)))
  mount(organisationEndpoints.leave, async (call) => {
    await organisations.leave(askingOf(call))
    return done
  })
}

function mountMembers(mount: Mount, { members }: OrganisationService): void {
  mount(organisationEndpoints.listMembers, ({ principal, params, query }) =>
    members.list(principal, params.organisationId, query),
  )
  mount(organisationEndpoints.updateMember, (call) =>
    members.setRole(askingOf(call), call.params.userId, call.body.role),
  )
  mount(organisationEndpoints.removeMember, async (call) => {
    await members.remove(askingOf(call), call.params.userId)
    return done
  })
  mount(organisationEndpoints.transfer, (call) => members.transfer(askingOf(call), call.body.userId))
}

function mountInvitations(mount: Mount, { invitations }: OrganisationService): void {
  mount(invitationEndpoints.list, async ({ principal, params }) => ({
    data: await invitations.list(principal, params.organisationId),
  }))
  mount(invitationEndpoints.create, (call) => invitations.invite(askingOf(call), call.body))
  mount(invitationEndpoints.withdraw, async (call) => {
    await invitations.withdraw(askingOf(call), call.params.invitationId)
    return done
  })
  mount(invitationEndpoints.resend, (call) => invitations.resend(askingOf(call), call.params.invitationId))
}

function mountLinks(mount: Mount, { acceptance }: OrganisationService): void {
  const { countTry } = acceptance
  mount(invitationEndpoints.preview, ({ body }) => acceptance.preview(body.token), countTry)
  const accept: Handle<typeof invitationEndpoints.accept> = ({ principal, body, caller }) =>
    acceptance.accept(principal, body.token, caller)
  mount(invitationEndpoints.accept, accept, countTry)
}

function mountAudit(mount: Mount, { audit }: OrganisationService): void {
  mount(auditEndpoints.ofOrganisation, ({ principal, params, query }) =>
    audit.list(principal, params.organisationId, query),
  )
  const csv = auditEndpoints.exportOfOrganisation
  mount(csv, async ({ principal, params: { organisationId }, query }) => {
    const { pages, isTruncated } = await audit.export(principal, organisationId, query)
    return createPagedAnswer({
      pages,
      mediaType: csv.mediaType ?? '',
      headers: {
        'content-disposition': `attachment; filename="audit-${organisationId}.csv"`,
        ...(isTruncated && { 'x-portal-truncated': 'true' }),
      },
    })
  })
}
