import { type InvitedRole, newId, type Organisation } from '@portal/contract'
import type { Kysely } from 'kysely'
import { recordOwnAct } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import { hashOfToken } from '../secrets/index.ts'
import { networkOf } from '../throttle/index.ts'
import { requireMembership } from './change.ts'
import type { OrganisationsDeps } from './deps.ts'
import * as invitations from './invitation-store.ts'
import { usingInvitations } from './limits.ts'
import { organisationFromRow } from './organisation.ts'
import * as store from './store.ts'

type Preview = {
  organisation: { name: string }
  inviter: { name: string }
  email: string
  role: InvitedRole
  expiresAt: string
  hasAccount: boolean
}

/** What whoever has the link of an invitation does with it. */
export type Acceptance = {
  /** Counts whatever is tried from an address, before anything of it is read. @throws AppError rate_limit_exceeded */
  countTry: (caller: Caller) => Promise<void>
  /** @throws AppError invalid_token */
  preview: (token: string) => Promise<Preview>
  /**
   * Makes the asker a member, once.
   * @throws AppError invalid_token, permission_denied for another address than the asker’s, email_not_verified,
   *   conflict for a member, organisation_suspended
   */
  accept: (principal: Principal, token: string, caller: Caller) => Promise<Organisation>
}

type Accepting = { trx: Kysely<Tables>; principal: Principal; at: Date; caller: Caller }

/** Builds it. */
export function createAcceptance({ db, throttles, now }: OrganisationsDeps): Acceptance {
  return {
    countTry: (caller) => throttles.take(usingInvitations, networkOf(caller.address)),
    async preview(token) {
      const row = await requireOpen(db, token, new Date(now()))
      return {
        organisation: { name: row.organisation_name },
        inviter: { name: row.inviter_name },
        email: row.email,
        role: row.role as InvitedRole,
        expiresAt: row.expires_at.toISOString(),
        hasAccount: await invitations.hasAccount(db, row.email),
      }
    },
    accept: (principal, token, caller) =>
      db.transaction().execute((trx) => accept({ trx, principal, caller, at: new Date(now()) }, token)),
  }
}

async function accept(accepting: Accepting, token: string): Promise<Organisation> {
  const { trx, principal, at } = accepting
  const invitation = await requireOpen(trx, token, at)
  await requireInvited(accepting, invitation.email)
  const { organisation_id: organisationId, role } = invitation
  await store.lockOrganisation(trx, organisationId)
  // Whoever comes second finds it gone.
  if (!(await invitations.deleteInvitation(trx, invitation.hash))) throw new AppError('invalid_token')
  const isNew = await store.insertMember(trx, {
    ...{ id: newId('member', at.getTime()), organisation_id: organisationId },
    ...{ user_id: principal.userId, role, created_at: at },
  })
  if (!isNew) throw new AppError('conflict', { message: 'You are a member of this organisation already.' })
  await recordJoining(accepting, invitation)
  const row = await requireMembership(trx, principal, organisationId)
  if (row.suspended_at) {
    throw new AppError('organisation_suspended', {
      message: 'This organisation is suspended: nobody joins it until that is taken back.',
    })
  }
  return organisationFromRow(row, principal.organisationId)
}

/** @throws AppError permission_denied, email_not_verified */
async function requireInvited({ trx, principal }: Accepting, email: string): Promise<void> {
  const person = await store.findPerson(trx, principal.userId)
  if (person.email !== email) {
    throw new AppError('permission_denied', {
      message: `This invitation is for another address than ${person.email}. Sign in with the address that it was mailed to.`,
    })
  }
  if (!person.email_verified) throw new AppError('email_not_verified')
}

async function recordJoining(
  { trx, principal: { userId }, at, caller }: Accepting,
  { id, organisation_id: organisationId, role, inviter_id: inviterId }: invitations.InvitationRow,
): Promise<void> {
  const about = { atMs: at.getTime(), organisationId, userId, from: caller }
  const details = { invitationId: id, role, inviterId }
  await recordOwnAct(trx, { action: 'invitation.accepted', ...about, details })
  await recordOwnAct(trx, { action: 'member.joined', ...about, details: { role } })
}

/** @throws AppError invalid_token */
async function requireOpen(db: Kysely<Tables>, token: string, at: Date): Promise<invitations.InvitationRow> {
  const row = await invitations.findInvitationByHash(db, hashOfToken(token), at)
  if (!row) throw new AppError('invalid_token')
  return row
}
