import { administrationEndpoints as endpoints } from '@portal/contract'
import type { AuditLog } from '../audit/index.ts'
import { createPagedAnswer, type Mount } from '../http/index.ts'
import type { Administration } from './administration.ts'

type Parts = { administration: Administration; auditLog: AuditLog }

/** Mounts what people who run the portal see and do; each endpoint's scope says that nobody else may. */
export function mountAdministration(mount: Mount, parts: Parts): void {
  mountUsers(mount, parts.administration)
  mountImpersonation(mount, parts.administration)
  mountOrganisations(mount, parts.administration)
  mountOperations(mount, parts.administration)
  mountAudit(mount, parts)
}

function mountUsers(mount: Mount, { users, userActs: acts }: Administration): void {
  mount(endpoints.listUsers, ({ query }) => users.list(query))
  mount(endpoints.getUser, ({ params }) => users.get(params.userId))
  mount(endpoints.suspendUser, (call) => acts.suspend(call, call.params.userId, call.body.reason))
  mount(endpoints.reinstateUser, (call) => acts.reinstate(call, call.params.userId))
  mount(endpoints.resetTwoFactor, (call) => acts.resetTwoFactor(call, call.params.userId))
  mount(endpoints.setRole, (call) => acts.setRole(call, call.params.userId, call.body.role))
  mount(endpoints.sendPasswordReset, (call) => acts.sendPasswordReset(call, call.params.userId))
  mount(endpoints.endUserSessions, (call) => acts.endSessions(call, call.params.userId, call.body.sessionId))
  mount(endpoints.revokeUserKey, (call) => acts.revokeKey(call, call.params.userId, call.body))
  mount(endpoints.scheduleDeletion, (call) => acts.scheduleDeletion(call, call.params.userId))
  mount(endpoints.cancelDeletion, (call) => acts.cancelDeletion(call, call.params.userId))
}

function mountImpersonation(mount: Mount, { impersonation }: Administration): void {
  mount(endpoints.impersonate, (call) => impersonation.begin(call, call.params.userId, call.body.reason))
  mount(endpoints.stopImpersonating, async (call) => {
    await impersonation.stop(call)
    return { success: true as const }
  })
}

function mountOrganisations(mount: Mount, { organisations, limits }: Administration): void {
  mount(endpoints.listOrganisations, ({ query }) => organisations.list(query))
  mount(endpoints.getOrganisation, ({ params }) => organisations.get(params.organisationId))
  mount(endpoints.setPlan, (call) => organisations.setPlan(call, call.params.organisationId, call.body.plan))
  mount(endpoints.setOverrides, (call) =>
    organisations.setOverrides(call, call.params.organisationId, call.body.overrides),
  )
  mount(endpoints.suspendOrganisation, (call) =>
    organisations.suspend(call, call.params.organisationId, call.body.reason),
  )
  mount(endpoints.reinstateOrganisation, (call) => organisations.reinstate(call, call.params.organisationId))
  mount(endpoints.listPlans, async () => ({ data: await organisations.plans() }))
  mount(endpoints.limitsNow, ({ query }) => limits.now(query.limit))
}

function mountOperations(mount: Mount, administration: Administration): void {
  const { deliveries, operations, overview, storage } = administration
  mount(endpoints.overview, () => overview.read())
  mount(endpoints.listJobs, async () => ({ data: await operations.queues() }))
  mount(endpoints.listFailedJobs, ({ query }) => operations.failedJobs(query))
  mount(endpoints.retryJob, async (call) => ({ data: await operations.retryJob(call, call.params) }))
  mount(endpoints.discardJob, async (call) => ({ data: await operations.discardJob(call, call.params) }))
  mount(endpoints.listSwitches, async () => ({ data: await operations.switches() }))
  mount(endpoints.setSwitch, async (call) => ({
    data: await operations.setSwitch(call, call.body),
  }))
  mount(endpoints.listDeliveries, ({ query }) => deliveries.list(query))
  mount(endpoints.retryDelivery, (call) => deliveries.retry(call, call.params.deliveryId))
  mount(endpoints.storage, ({ query }) => storage.of(query.limit))
}

function mountAudit(mount: Mount, { auditLog }: Parts): void {
  mount(endpoints.listAudit, ({ query }) => auditLog.ofPortal(query))
  const csv = endpoints.exportAudit
  mount(csv, async ({ query }) => {
    const { pages, isTruncated } = await auditLog.exportOfPortal(query)
    return createPagedAnswer({
      pages,
      mediaType: csv.mediaType ?? '',
      headers: {
        'content-disposition': 'attachment; filename="audit-portal.csv"',
        ...(isTruncated && { 'x-portal-truncated': 'true' }),
      },
    })
  })
}
