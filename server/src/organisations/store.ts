import type { OrganisationRole } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>

/** The organisations that somebody is in, with what they are there. */
const memberships = (db: Db, userId: string) =>
  db
    .selectFrom('members')
    .innerJoin('organisations', 'organisations.id', 'members.organisation_id')
    .innerJoin('plans', 'plans.id', 'organisations.plan_id')
    .where('members.user_id', '=', userId)
    .select(({ selectFrom }) => [
      'organisations.id',
      'organisations.name',
      'organisations.created_at',
      'organisations.suspended_at',
      'plans.tier',
      'members.role',
      selectFrom('members as all')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .whereRef('all.organisation_id', '=', 'organisations.id')
        .as('member_count'),
    ])

/** An organisation, and what somebody is in it. */
export type MembershipRow = NonNullable<Awaited<ReturnType<typeof findMembership>>>

/** One of somebody's organisations; undefined where they are not in it, or there is none. */
export const findMembership = (db: Db, userId: string, organisationId: string) =>
  memberships(db, userId).where('organisations.id', '=', organisationId).executeTakeFirst()

/** The first joined first. */
export const listMemberships = (db: Db, userId: string): Promise<MembershipRow[]> =>
  memberships(db, userId).orderBy('members.id').execute()

/** Holds an organisation until the transaction ends, as whatever changes who is in it does; false where there is none. */
export async function lockOrganisation(db: Db, organisationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('organisations')
    .select('id')
    .where('id', '=', organisationId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/** Holds people until the transaction ends: what they own and where they are is changed by one at a time. */
export async function lockPeople(db: Db, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return
  await db
    .selectFrom('users')
    .select('id')
    .where('id', 'in', userIds)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/** Gives an organisation another name. */
export async function renameOrganisation(db: Db, organisationId: string, name: string): Promise<void> {
  await db.updateTable('organisations').set({ name }).where('id', '=', organisationId).execute()
}

/** With its members, keys, invitations and sessions. */
export async function deleteOrganisation(db: Db, organisationId: string): Promise<void> {
  await db.deleteFrom('organisations').where('id', '=', organisationId).execute()
}

/** How many organisations somebody owns. */
export const countOwned = (db: Db, userId: string): Promise<number> => count(db, { user_id: userId })

/** How many owners an organisation has. */
export const countOwners = (db: Db, organisationId: string): Promise<number> =>
  count(db, { organisation_id: organisationId })

async function count(db: Db, where: { user_id: string } | { organisation_id: string }): Promise<number> {
  const { owners } = await db
    .selectFrom('members')
    .select(({ fn }) => fn.countAll().as('owners'))
    .where('role', '=', 'owner')
    .where(({ and }) => and(where))
    .executeTakeFirstOrThrow()
  return Number(owners)
}

/** The organisation that somebody joined first, but for one; undefined where there is no other. */
export async function findOther(db: Db, userId: string, organisationId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('members')
    .select('organisation_id')
    .where('user_id', '=', userId)
    .where('organisation_id', '<>', organisationId)
    .orderBy('id')
    .executeTakeFirst()
  return row?.organisation_id
}

/** Somebody who is known to be there. */
export const findPerson = (db: Db, userId: string) =>
  db
    .selectFrom('users')
    .select(['id', 'name', 'email', 'email_verified'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()

/** Who is in an organisation. */
export async function listMemberIds(db: Db, organisationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('members')
    .select('user_id')
    .where('organisation_id', '=', organisationId)
    .execute()
  return rows.map((row) => row.user_id)
}

/** The members of an organisation, with what their accounts say of them. */
const members = (db: Db, organisationId: string) =>
  db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .leftJoin('two_factors', (join) =>
      join.onRef('two_factors.user_id', '=', 'users.id').on('two_factors.confirmed_at', 'is not', null),
    )
    .where('members.organisation_id', '=', organisationId)
    .selectAll('members')
    .select(({ selectFrom }) => [
      'users.name',
      'users.email',
      'two_factors.confirmed_at as two_factor_since',
      selectFrom('sessions')
        .select(({ fn }) => fn.max('sessions.last_seen_at').as('at'))
        .whereRef('sessions.user_id', '=', 'members.user_id')
        .whereRef('sessions.organisation_id', '=', 'members.organisation_id')
        .as('last_seen_at'),
    ])

/** Somebody in an organisation, with what their account says. */
export type MemberRow = NonNullable<Awaited<ReturnType<typeof findMember>>>

/** One member; undefined where they are none. */
export const findMember = (db: Db, organisationId: string, userId: string) =>
  members(db, organisationId).where('members.user_id', '=', userId).executeTakeFirst()

/** The first joined first, from after the cursor. */
export const listMembers = (
  db: Db,
  organisationId: string,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<MemberRow[]> =>
  members(db, organisationId)
    .$if(cursor !== undefined, (query) => query.where('members.id', '>', cursor ?? ''))
    .orderBy('members.id')
    .limit(limit)
    .execute()

/** False where they are in it already. */
export async function insertMember(db: Db, member: NewMember): Promise<boolean> {
  const row = await db
    .insertInto('members')
    .values(member)
    .onConflict((conflict) => conflict.columns(['organisation_id', 'user_id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

type NewMember = {
  id: string
  organisation_id: string
  user_id: string
  role: OrganisationRole
  created_at: Date
}

/** Makes a member something else. */
export async function setRole(db: Db, member: Pick<MemberRow, 'id'>, role: OrganisationRole): Promise<void> {
  await db.updateTable('members').set({ role }).where('id', '=', member.id).execute()
}

/** Takes a member out, and nothing of theirs. */
export async function deleteMember(db: Db, member: Pick<MemberRow, 'id'>): Promise<void> {
  await db.deleteFrom('members').where('id', '=', member.id).execute()
}
