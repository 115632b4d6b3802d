import { isId, type Member, type Organisation, type OrganisationRole } from '@portal/contract'
import { AppError } from '../errors.ts'
import { type Principal, requireCursor } from '../http/index.ts'
import { type Asking, type Changing, type MakeChange, requireMembership } from './change.ts'
import { requireMayOwnMore, requireOtherOwner, takeOut } from './departure.ts'
import type { OrganisationsDeps } from './deps.ts'
import { deleteInvitationsBy } from './invitation-store.ts'
import { memberFromRow, organisationFromRow } from './organisation.ts'
import { keepsInvitations, mayChangeMember, mayDispose, requireMay } from './policy.ts'
import * as store from './store.ts'

/** Who is in an organisation. Whoever is not is not_found, and so is the organisation to those who are not in it. */
export type Members = {
  /** The first joined first. @throws AppError invalid_request for a cursor that is none */
  list: (
    principal: Principal,
    organisationId: string,
    page: { limit: number; cursor?: string | undefined },
  ) => Promise<{ data: Member[]; nextCursor: string | null }>
  /** @throws AppError permission_denied, or conflict where no owner would remain or somebody would own too many */
  setRole: (asking: Asking, userId: string, role: OrganisationRole) => Promise<Member>
  /** @throws AppError permission_denied, or conflict where no owner would remain */
  remove: (asking: Asking, userId: string) => Promise<void>
  /** Makes another member an owner and the asker an admin. @throws AppError permission_denied, conflict */
  transfer: (asking: Asking, userId: string) => Promise<Organisation>
}

/** Builds them. */
export function createMembers(deps: OrganisationsDeps, change: MakeChange): Members {
  return {
    async list(principal, organisationId, { limit, cursor }) {
      const { role } = await requireMembership(deps.db, principal, organisationId)
      requireCursor('member', cursor)
      const rows = await store.listMembers(deps.db, organisationId, { limit: limit + 1, cursor })
      const by = { userId: principal.userId, role }
      return {
        data: rows.slice(0, limit).map((row) => memberFromRow(row, by)),
        nextCursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null,
      }
    },
    setRole: (asking, userId, role) =>
      change(asking, async (changing) => {
        const { principal, own } = changing
        const member = await requireMember(changing, userId)
        requireMay(mayChangeMember(own.role, { from: member.role, to: role }))
        if (member.role !== role) await changeRole(changing, member, role)
        const isSelf = userId === principal.userId
        const by = { userId: principal.userId, role: isSelf ? role : own.role }
        return memberFromRow({ ...member, role }, by)
      }),
    remove: (asking, userId) =>
      change(asking, async (changing) => {
        const { own, record } = changing
        const member = await requireMember(changing, userId)
        requireMay(mayChangeMember(own.role, { from: member.role, to: null }))
        await requireOtherOwner(changing, member)
        const keysRevoked = await takeOut(deps, changing, member)
        await record('member.removed', { subjectId: userId, details: { role: member.role, keysRevoked } })
        await tellRemoved(deps, changing, { member, keysRevoked })
      }),
    transfer: (asking, userId) => change(asking, (changing) => transfer(changing, userId)),
  }
}

type Removed = { member: store.MemberRow; keysRevoked: number }

/** Whoever was removed by somebody else hears of it, and by whom. */
async function tellRemoved(
  { mail }: OrganisationsDeps,
  { trx, principal, own, at }: Changing,
  { member, keysRevoked }: Removed,
): Promise<void> {
  if (member.user_id === principal.userId) return
  const { name: remover } = await store.findPerson(trx, principal.userId)
  const { email: to, name } = member
  await mail.send(trx, {
    ...{ kind: 'member-removed', to, name, organisation: own.name, remover, keysRevoked, at, path: '/' },
  })
}

async function changeRole(changing: Changing, member: store.MemberRow, role: OrganisationRole) {
  const { trx, own, record, touch } = changing
  const { user_id: userId } = member
  if (role === 'owner') await requireMayOwnMore(changing, userId)
  await requireOtherOwner(changing, member)
  await store.setRole(trx, member, role)
  if (!keepsInvitations(role)) await deleteInvitationsBy(trx, own.id, userId)
  await record('member.role-changed', { subjectId: userId, details: { from: member.role, to: role } })
  await touch(userId)
}

async function transfer(changing: Changing, userId: string): Promise<Organisation> {
  const { trx, principal, own, record, touch } = changing
  requireMay(mayDispose(own.role))
  const heir = await requireMember(changing, userId)
  const self = await requireMember(changing, principal.userId)
  if (heir.id === self.id) throw new AppError('conflict', { message: 'You own this organisation already.' })
  if (heir.role !== 'owner') await requireMayOwnMore(changing, userId)
  await store.setRole(trx, heir, 'owner')
  await store.setRole(trx, self, 'admin')
  await record('organisation.transferred', { subjectId: userId, details: { from: heir.role, to: 'owner' } })
  await touch(userId)
  await touch(principal.userId)
  return organisationFromRow({ ...own, role: 'admin' }, principal.organisationId)
}

/** @throws AppError not_found */
async function requireMember({ trx, own }: Changing, userId: string): Promise<store.MemberRow> {
  const member = isId('user', userId) && (await store.findMember(trx, own.id, userId))
  if (!member) throw new AppError('not_found', { message: 'There is no such member.' })
  return member
}
