import { type Invitation, type InvitedRole, isId, newId } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { Principal } from '../http/index.ts'
import { newToken } from '../secrets/index.ts'
import { type Asking, type Changing, type MakeChange, requireMembership } from './change.ts'
import type { OrganisationsDeps } from './deps.ts'
import * as store from './invitation-store.ts'
import { inviting, resending } from './limits.ts'
import { invitationFromRow } from './organisation.ts'
import { mayManage, requireMay } from './policy.ts'

/** The invitations of an organisation, for those who may manage it; others are refused (permission_denied). */
export type Invitations = {
  /** The open ones, newest first. */
  list: (principal: Principal, organisationId: string) => Promise<Invitation[]>
  /**
   * Mails a link, in place of the one that the address had.
   * @throws AppError conflict for somebody who is in it already, or beyond 50 open ones; rate_limit_exceeded
   */
  invite: (asking: Asking, invited: { email: string; role: InvitedRole }) => Promise<Invitation>
  /** @throws AppError not_found */
  withdraw: (asking: Asking, invitationId: string) => Promise<void>
  /** Mails a new link in place of the old one. @throws AppError not_found, rate_limit_exceeded */
  resend: (asking: Asking, invitationId: string) => Promise<Invitation>
}

const openMax = 50
const lifeMs = 7 * 86_400_000

/** Builds them. */
export function createInvitations(deps: OrganisationsDeps, change: MakeChange): Invitations {
  const { db, throttles, now } = deps

  /** Ahead of the transaction, so that only those who may use up what the organisation has. */
  async function requireManager({ principal, organisationId }: Asking): Promise<void> {
    const { role } = await requireMembership(db, principal, organisationId)
    requireMay(mayManage(role))
  }

  return {
    async list(principal, organisationId) {
      const { role } = await requireMembership(db, principal, organisationId)
      requireMay(mayManage(role))
      return (await store.listInvitations(db, organisationId, new Date(now()))).map(invitationFromRow)
    },
    async invite(asking, invited) {
      await requireManager(asking)
      await throttles.take(inviting, asking.organisationId)
      return change(asking, (changing) => invite(deps, changing, invited))
    },
    withdraw: (asking, invitationId) =>
      change(asking, async (changing) => {
        requireMay(mayManage(changing.own.role))
        const { id, hash, email } = await requireInvitation(changing, invitationId)
        await store.deleteInvitation(changing.trx, hash)
        await changing.record('invitation.withdrawn', { details: { invitationId: id, email } })
      }),
    async resend(asking, invitationId) {
      await requireManager(asking)
      const at = new Date(now())
      const { organisationId } = asking
      await requireInvitation({ trx: db, own: { id: organisationId }, at }, invitationId)
      await throttles.take(resending, invitationId)
      await throttles.take(inviting, organisationId)
      return change(asking, (changing) => resend(deps, changing, invitationId))
    },
  }
}

async function invite(
  { mail }: OrganisationsDeps,
  changing: Changing,
  { email, role }: { email: string; role: InvitedRole },
): Promise<Invitation> {
  const { trx, principal, own, at, record } = changing
  requireMay(mayManage(own.role))
  await requireRoom(changing, email)
  const { token, hash } = newToken()
  const id = newId('invitation', at.getTime())
  const expiresAt = new Date(at.getTime() + lifeMs)
  await store.replaceInvitation(trx, {
    ...{ id, organisation_id: own.id, email, role, inviter_id: principal.userId },
    ...{ hash, created_at: at, expires_at: expiresAt },
  })
  const row = await requireInvitation(changing, id)
  await mail.send(trx, letterTo(row, token))
  await record('invitation.created', { details: { invitationId: id, email, role } })
  return invitationFromRow(row)
}

async function resend(
  { mail }: OrganisationsDeps,
  changing: Changing,
  invitationId: string,
): Promise<Invitation> {
  const { trx, own, at, record } = changing
  requireMay(mayManage(own.role))
  const before = await requireInvitation(changing, invitationId)
  const { token, hash } = newToken()
  const row = { ...before, hash, expires_at: new Date(at.getTime() + lifeMs) }
  await store.renewInvitation(trx, { id: row.id, hash, expiresAt: row.expires_at })
  await mail.send(trx, letterTo(row, token))
  await record('invitation.resent', { details: { invitationId, email: row.email } })
  return invitationFromRow(row)
}

const letterTo = (row: store.InvitationRow, token: string) => ({
  kind: 'invitation' as const,
  to: row.email,
  path: `/invitation?token=${token}`,
  expiresAt: row.expires_at,
  organisation: row.organisation_name,
  inviter: row.inviter_name,
})

/** @throws AppError conflict where there is no room, or nothing to invite to */
async function requireRoom({ trx, own, at }: Changing, email: string): Promise<void> {
  if (await store.isMember(trx, own.id, email)) {
    throw new AppError('conflict', { message: 'Somebody with this address is a member already.' })
  }
  if ((await store.countOthersOpen(trx, { organisationId: own.id, email, at })) >= openMax) {
    throw new AppError('conflict', {
      message: `There are ${openMax} open invitations already. Withdraw one, or wait until some are taken.`,
    })
  }
}

type Within = Pick<Changing, 'trx' | 'at'> & { own: { id: string } }

/** An open invitation of this organisation. @throws AppError not_found */
async function requireInvitation({ trx, own, at }: Within, id: string): Promise<store.InvitationRow> {
  const row = isId('invitation', id) && (await store.findInvitation(trx, { id, organisationId: own.id, at }))
  if (!row) throw new AppError('not_found', { message: 'There is no such invitation.' })
  return row
}
