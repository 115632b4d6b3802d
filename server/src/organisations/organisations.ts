import type { Organisation } from '@portal/contract'
import { recordAudit } from '../audit/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import { type Asking, type Changing, type MakeChange, requireMembership } from './change.ts'
import { moveOn, requireMayOwnMore, requireOtherOwner, takeOut } from './departure.ts'
import type { OrganisationsDeps } from './deps.ts'
import { organisationFromRow } from './organisation.ts'
import { mayDispose, mayManage, requireMay } from './policy.ts'
import * as store from './store.ts'

/** Organisations as those see and change them who are in them; every other is not_found. */
export type Organisations = {
  /** The first joined first; with a key, its own alone. */
  list: (principal: Principal) => Promise<Organisation[]>
  get: (principal: Principal, organisationId: string) => Promise<Organisation>
  /** @throws AppError conflict beyond 10 owned */
  create: (principal: Principal, name: string, caller: Caller) => Promise<Organisation>
  rename: (asking: Asking, name: string) => Promise<Organisation>
  /** With its name as confirmation. @throws AppError conflict where it is the asker’s last */
  remove: (asking: Asking, name: string) => Promise<void>
  /** Makes the asking session act for it. */
  switchTo: (asking: Asking) => Promise<Organisation>
  /** @throws AppError conflict for the last owner */
  leave: (asking: Asking) => Promise<void>
}

/** Builds them. */
export function createOrganisations(deps: OrganisationsDeps, change: MakeChange): Organisations {
  const { db, accounts, now } = deps
  return {
    async list(principal) {
      const { userId, organisationId, key } = principal
      const rows = key
        ? [await requireMembership(db, principal, organisationId)]
        : await store.listMemberships(db, userId)
      return rows.map((row) => organisationFromRow(row, organisationId))
    },
    async get(principal, organisationId) {
      const row = await requireMembership(db, principal, organisationId)
      return organisationFromRow(row, principal.organisationId)
    },
    create: (principal, name, caller) =>
      db.transaction().execute(async (trx) => {
        const { userId } = principal
        await requireMayOwnMore({ trx }, userId)
        const { id } = await accounts.createOrganisation(trx, { name, ownerId: userId })
        await recordAudit(trx, {
          action: 'organisation.created',
          ...{ atMs: now(), organisationId: id, actorId: userId, subjectId: null, from: caller },
          details: { name },
        })
        const row = await requireMembership(trx, principal, id)
        return organisationFromRow(row, principal.organisationId)
      }),
    rename: (asking, name) =>
      change(asking, async ({ trx, principal, own, record }) => {
        requireMay(mayManage(own.role))
        await store.renameOrganisation(trx, own.id, name)
        await record('organisation.renamed', { details: { from: own.name, to: name } })
        return organisationFromRow({ ...own, name }, principal.organisationId)
      }),
    remove: (asking, name) => change(asking, (changing) => remove(deps, changing, name)),
    switchTo: (asking) =>
      change({ ...asking, whileSuspended: true }, async ({ trx, principal, own, touch }) => {
        const { userId, person } = principal
        const id = person?.sessionId
        if (id) await deps.sessions.actFor(trx, { id, userId, organisationId: own.id })
        await touch(userId)
        return organisationFromRow(own, own.id)
      }),
    leave: (asking) =>
      change({ ...asking, whileSuspended: true }, async (changing) => {
        const { trx, principal, own, record } = changing
        const member = await store.findMember(trx, own.id, principal.userId)
        if (!member) throw new AppError('not_found')
        await requireOtherOwner(changing, member)
        const keysRevoked = await takeOut(deps, changing, member)
        await record('organisation.left', { subjectId: principal.userId, details: { keysRevoked } })
      }),
  }
}

async function remove(deps: OrganisationsDeps, changing: Changing, name: string): Promise<void> {
  const { trx, principal, own, record, touch } = changing
  requireMay(mayDispose(own.role))
  if (name !== own.name) {
    throw new AppError('invalid_request', {
      message: 'name: Type the name of the organisation to delete it.',
      param: 'name',
    })
  }
  const userIds = await store.listMemberIds(trx, own.id)
  await store.lockPeople(trx, userIds)
  if (!(await store.findOther(trx, principal.userId, own.id))) {
    throw new AppError('conflict', { message: 'This is your last organisation. Make another one first.' })
  }
  for (const userId of userIds) {
    await moveOn(deps, changing, userId)
    await touch(userId)
  }
  await record('organisation.deleted', { details: { name, members: userIds.length } })
  await store.deleteOrganisation(trx, own.id)
  await deps.events.publish(trx, { type: 'organisation-changed', organisationId: own.id })
}
