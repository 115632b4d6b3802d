import type { OrganisationId } from '@portal/contract'
import { recordAudit } from '../audit/index.ts'
import { AppError } from '../errors.ts'
import type { Changing } from './change.ts'
import type { OrganisationsDeps } from './deps.ts'
import { deleteInvitationsBy } from './invitation-store.ts'
import * as store from './store.ts'

type DepartureDeps = Pick<OrganisationsDeps, 'accounts' | 'keys' | 'sessions'>

/**
 * Takes somebody out of the organisation: their keys there stop, their invitations end, and where they acted for it they
 * act for another. Tells how many keys stopped.
 */
export async function takeOut(
  deps: DepartureDeps,
  changing: Changing,
  member: store.MemberRow,
): Promise<number> {
  const { trx, principal, caller, own, touch } = changing
  const { user_id: userId } = member
  await store.lockPeople(trx, [userId])
  const actor = { ...principal, organisationId: own.id as OrganisationId, from: caller }
  const revoked = await deps.keys.revokeKeysOf(trx, actor, userId)
  await store.deleteMember(trx, member)
  await deleteInvitationsBy(trx, own.id, userId)
  await moveOn(deps, changing, userId)
  await touch(userId)
  return revoked
}

/**
 * Makes somebody's sessions act for another of their organisations, or for a fresh one where this was their last.
 * @throws AppError organisation_suspended where that would be a fresh one instead of a suspended one
 */
export async function moveOn(
  { accounts, sessions }: DepartureDeps,
  { trx, own, at }: Changing,
  userId: string,
): Promise<void> {
  const other = await store.findOther(trx, userId, own.id)
  if (other) return sessions.move(trx, { userId, from: own.id, to: other })
  // A fresh one would be a way around it.
  if (own.suspended_at) {
    throw new AppError('organisation_suspended', {
      message: 'This organisation is suspended, and you are in no other. Ask whoever runs the portal.',
    })
  }
  const { name } = await store.findPerson(trx, userId)
  const fresh = await accounts.createOrganisation(trx, { name, ownerId: userId })
  await recordAudit(trx, {
    action: 'organisation.created',
    ...{ atMs: at.getTime(), organisationId: fresh.id, actorId: userId, subjectId: null, from: null },
    details: { name },
  })
  await sessions.move(trx, { userId, from: own.id, to: fresh.id })
}

/** Sees to it that an owner remains when the member ceases to be one. @throws AppError conflict */
export async function requireOtherOwner({ trx, own }: Changing, member: store.MemberRow): Promise<void> {
  if (member.role !== 'owner' || (await store.countOwners(trx, own.id)) > 1) return
  throw new AppError('conflict', {
    message: 'An organisation keeps an owner. Make somebody else an owner first, or delete the organisation.',
  })
}

const ownedMax = 10

/**
 * Sees to it that somebody may own one organisation more, and holds them until the transaction ends.
 * @throws AppError conflict
 */
export async function requireMayOwnMore({ trx }: Pick<Changing, 'trx'>, userId: string): Promise<void> {
  await store.lockPeople(trx, [userId])
  if ((await store.countOwned(trx, userId)) < ownedMax) return
  throw new AppError('conflict', { message: `Nobody owns more than ${ownedMax} organisations.` })
}
