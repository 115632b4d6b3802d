import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>

/** Sets the day of an account's deletion, or takes it back; returns whom to tell. */
export const setDeletion = (db: Db, userId: string, deletionAt: Date | null) =>
  db
    .updateTable('users')
    .set({ deletion_at: deletionAt })
    .where('id', '=', userId)
    .returning(['name', 'email'])
    .executeTakeFirstOrThrow()

/** Organisations that somebody owns alone though others are in them. */
export const listOrphaned = (db: Db, userId: string): Promise<{ id: string; name: string }[]> =>
  ownedAlone(db, userId)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('members as other')
          .select('other.id')
          .whereRef('other.organisation_id', '=', 'organisations.id')
          .where('other.user_id', '<>', userId),
      ),
    )
    .execute()

const ownedAlone = (db: Db, userId: string) =>
  db
    .selectFrom('organisations')
    .innerJoin('members', 'members.organisation_id', 'organisations.id')
    .select(['organisations.id', 'organisations.name'])
    .where('members.user_id', '=', userId)
    .where('members.role', '=', 'owner')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('members as owner')
            .select('owner.id')
            .whereRef('owner.organisation_id', '=', 'organisations.id')
            .where('owner.role', '=', 'owner')
            .where('owner.user_id', '<>', userId),
        ),
      ),
    )
    .orderBy('organisations.id')

/** Whose day has come. */
export const listDue = (db: Db, at: Date): Promise<{ id: string }[]> =>
  db.selectFrom('users').select('id').where('deletion_at', '<=', at).orderBy('id').execute()

/**
 * Holds the organisations that somebody is in until the transaction ends, so that no other owner of theirs steps down
 * meanwhile. Before the person, as whatever changes who is in an organisation does.
 */
export async function lockOrganisationsOf(db: Db, userId: string): Promise<void> {
  await db
    .selectFrom('organisations')
    .select('id')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('members').select('organisation_id').where('user_id', '=', userId),
    )
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/** Holds somebody whose day has come until the transaction ends; false where it has not. */
export async function lockDue(db: Db, userId: string, at: Date): Promise<boolean> {
  const row = await db
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('deletion_at', '<=', at)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Deletes somebody with everything that is theirs alone: the organisations of which they are the only member, and
 * their keys wherever they are. What they used stays in the ledger, by ids that mean nobody any more.
 */
export async function deletePerson(db: Db, userId: string) {
  const organisations = await ownedAlone(db, userId).execute()
  const organisationIds = organisations.map(({ id }) => id)
  const keys = await db
    .selectFrom('api_keys')
    .select('id')
    .where((where) =>
      where.or([
        where('user_id', '=', userId),
        ...(organisationIds.length > 0 ? [where('organisation_id', 'in', organisationIds)] : []),
      ]),
    )
    .execute()
  if (organisationIds.length > 0)
    await db.deleteFrom('organisations').where('id', 'in', organisationIds).execute()
  await db.deleteFrom('users').where('id', '=', userId).execute()
  return { organisationIds, keyIds: keys.map(({ id }) => id) }
}
