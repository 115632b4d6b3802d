import type { Overrides } from '@portal/contract'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
/** A user as stored. */
export type UserRow = Selectable<Tables['users']>
/** An organisation as stored. */
export type OrganisationRow = Selectable<Tables['organisations']>

/** Lets one transaction at a time go on from here; any number that nothing else here uses. */
export async function lockUserCreation(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(7301010)`.execute(db)
}

/** Whether anybody has an account. */
export const hasUsers = async (db: Db): Promise<boolean> =>
  (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined

/** False when the e-mail address is taken. */
export async function insertUser(db: Db, user: Insertable<Tables['users']>): Promise<boolean> {
  const inserted = await db
    .insertInto('users')
    .values(user)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** The row that better-auth signs in with e-mail and password by. */
export async function insertCredential(db: Db, account: Insertable<Tables['accounts']>): Promise<void> {
  await db.insertInto('accounts').values(account).execute()
}

/** Makes an organisation with its owner. */
export async function insertOrganisation(
  db: Db,
  organisation: Insertable<Tables['organisations']>,
  owner: Pick<Insertable<Tables['members']>, 'id' | 'user_id'>,
): Promise<void> {
  await db.insertInto('organisations').values(organisation).execute()
  await db
    .insertInto('members')
    .values({ ...owner, organisation_id: organisation.id, role: 'owner' })
    .execute()
}

/** Whoever has the address, which is in lower case. */
export const findUserByEmail = (db: Db, email: string): Promise<UserRow | undefined> =>
  db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst()

/** The organisation that was made with the user. */
export const findOwnOrganisation = (db: Db, userId: string): Promise<OrganisationRow | undefined> =>
  db
    .selectFrom('members')
    .innerJoin('organisations', 'organisations.id', 'members.organisation_id')
    .selectAll('organisations')
    .where('members.user_id', '=', userId)
    .where('members.role', '=', 'owner')
    .orderBy('members.id')
    .executeTakeFirst()

/** Every user, oldest first, with the plan of their own organisation, or of one they are in where they own none. */
export const listUsers = (db: Db): Promise<(UserRow & { plan_id: string })[]> =>
  db
    .selectFrom('users')
    .innerJoin('members', 'members.user_id', 'users.id')
    .innerJoin('organisations', 'organisations.id', 'members.organisation_id')
    .selectAll('users')
    .select('organisations.plan_id')
    .distinctOn('users.id')
    .orderBy('users.id')
    .orderBy(({ eb }) => eb('members.role', '=', 'owner'), 'desc')
    .orderBy('members.id')
    .execute()

/** Puts an organisation on a plan. */
export async function setPlan(db: Db, organisationId: string, planId: string): Promise<void> {
  await db.updateTable('organisations').set({ plan_id: planId }).where('id', '=', organisationId).execute()
}

/** Sets what an organisation is allowed in place of what its plan says. */
export async function setOverrides(db: Db, organisationId: string, overrides: Overrides): Promise<void> {
  await db
    .updateTable('organisations')
    .set({ overrides: JSON.stringify(overrides) })
    .where('id', '=', organisationId)
    .execute()
}
