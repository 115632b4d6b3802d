import type { auditEndpoints } from '@portal/contract'
import type { z } from 'zod'
import type { AuditLog } from '../audit/index.ts'
import type { Principal } from '../http/index.ts'
import { type Acceptance, createAcceptance } from './acceptance.ts'
import { createMakeChange, requireMembership } from './change.ts'
import type { OrganisationsDeps } from './deps.ts'
import { createInvitations, type Invitations } from './invitations.ts'
import { workOnInvitations } from './jobs.ts'
import { createMembers, type Members } from './members.ts'
import { createOrganisations, type Organisations } from './organisations.ts'
import { mayManage, requireMay } from './policy.ts'

/** Everything about organisations and who is in them. */
export type OrganisationService = {
  organisations: Organisations
  members: Members
  invitations: Invitations
  acceptance: Acceptance
  audit: {
    /** @throws AppError not_found, permission_denied */
    list: (
      principal: Principal,
      organisationId: string,
      query: AuditQuery<'ofOrganisation'>,
    ) => ReturnType<AuditLog['ofOrganisation']>
    /** @throws AppError not_found, permission_denied */
    export: (
      principal: Principal,
      organisationId: string,
      query: AuditQuery<'exportOfOrganisation'>,
    ) => ReturnType<AuditLog['exportOfOrganisation']>
  }
}

type AuditQuery<Name extends 'ofOrganisation' | 'exportOfOrganisation'> = z.output<
  NonNullable<(typeof auditEndpoints)[Name]['query']>
>

/** Builds the service, and says who does its jobs. */
export function createOrganisationService(deps: OrganisationsDeps): OrganisationService {
  const change = createMakeChange(deps)
  workOnInvitations(deps)
  return {
    organisations: createOrganisations(deps, change),
    members: createMembers(deps, change),
    invitations: createInvitations(deps, change),
    acceptance: createAcceptance(deps),
    audit: createAudit(deps),
  }
}

function createAudit({ db, auditLog }: OrganisationsDeps): OrganisationService['audit'] {
  const requireReader = async (principal: Principal, organisationId: string) => {
    const { role } = await requireMembership(db, principal, organisationId)
    requireMay(mayManage(role))
  }
  return {
    async list(principal, organisationId, query) {
      await requireReader(principal, organisationId)
      return auditLog.ofOrganisation(organisationId, query)
    },
    async export(principal, organisationId, query) {
      await requireReader(principal, organisationId)
      return auditLog.exportOfOrganisation(organisationId, query)
    },
  }
}
