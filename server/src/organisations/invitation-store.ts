import type { Insertable, Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>

/** Invitations that are open at a time, with who made them and where they lead. */
const open = (db: Db, at: Date) =>
  db
    .selectFrom('invitations')
    .innerJoin('users as inviters', 'inviters.id', 'invitations.inviter_id')
    .innerJoin('organisations', 'organisations.id', 'invitations.organisation_id')
    .where('invitations.expires_at', '>', at)
    .selectAll('invitations')
    .select(['inviters.name as inviter_name', 'organisations.name as organisation_name'])

/** An open invitation with the names around it. */
export type InvitationRow = NonNullable<Awaited<ReturnType<typeof findInvitation>>>

/** An open invitation of the organisation. */
export const findInvitation = (db: Db, { id, organisationId, at }: Which) =>
  open(db, at)
    .where('invitations.id', '=', id)
    .where('invitations.organisation_id', '=', organisationId)
    .executeTakeFirst()

type Which = { id: string; organisationId: string; at: Date }

/** The open invitation whose link it is. */
export const findInvitationByHash = (db: Db, hash: Buffer, at: Date): Promise<InvitationRow | undefined> =>
  open(db, at).where('invitations.hash', '=', hash).executeTakeFirst()

/** Newest first. */
export const listInvitations = (db: Db, organisationId: string, at: Date): Promise<InvitationRow[]> =>
  open(db, at)
    .where('invitations.organisation_id', '=', organisationId)
    .orderBy('invitations.id', 'desc')
    .execute()

/** How many are open to other addresses than this one. */
export async function countOthersOpen(
  db: Db,
  { organisationId, email, at }: { organisationId: string; email: string; at: Date },
): Promise<number> {
  const { others } = await db
    .selectFrom('invitations')
    .select(({ fn }) => fn.countAll().as('others'))
    .where('organisation_id', '=', organisationId)
    .where('email', '<>', email)
    .where('expires_at', '>', at)
    .executeTakeFirstOrThrow()
  return Number(others)
}

/** Whether somebody with the address is in the organisation. */
export async function isMember(db: Db, organisationId: string, email: string): Promise<boolean> {
  const row = await db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select('members.id')
    .where('members.organisation_id', '=', organisationId)
    .where('users.email', '=', email)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether somebody has signed up with the address. */
export async function hasAccount(db: Db, email: string): Promise<boolean> {
  const row = await db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst()
  return row !== undefined
}

/** In place of the one that the address had. */
export async function replaceInvitation(db: Db, row: Insertable<Tables['invitations']>): Promise<void> {
  await db
    .deleteFrom('invitations')
    .where('organisation_id', '=', row.organisation_id)
    .where('email', '=', row.email)
    .execute()
  await db.insertInto('invitations').values(row).execute()
}

/** Gives an invitation another link and more time. */
export async function renewInvitation(
  db: Db,
  { id, hash, expiresAt }: { id: string; hash: Buffer; expiresAt: Date },
): Promise<void> {
  await db.updateTable('invitations').set({ hash, expires_at: expiresAt }).where('id', '=', id).execute()
}

/** False where it is gone. */
export async function deleteInvitation(db: Db, hash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('invitations').where('hash', '=', hash).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Withdraws what somebody has made. */
export async function deleteInvitationsBy(db: Db, organisationId: string, inviterId: string): Promise<void> {
  await db
    .deleteFrom('invitations')
    .where('organisation_id', '=', organisationId)
    .where('inviter_id', '=', inviterId)
    .execute()
}

/** Removes what has run out. */
export async function deleteExpiredInvitations(db: Db, at: Date): Promise<void> {
  await db.deleteFrom('invitations').where('expires_at', '<=', at).execute()
}
