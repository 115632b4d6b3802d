import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

/** Who is to be told by mail. */
export type Recipient = { email: string; name: string }

type Chosen = { owners: boolean; userIds: readonly string[] }

/** The owners of an organisation, and those of the people who are in it; whoever has left is told nothing more. */
export function recipientsOf(
  db: Kysely<Tables>,
  organisationId: string,
  { owners, userIds }: Chosen,
): Promise<Recipient[]> {
  return db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(['users.email', 'users.name'])
    .where('members.organisation_id', '=', organisationId)
    .where(({ eb, or, lit }) =>
      or([
        owners ? eb('members.role', '=', 'owner') : lit(false),
        userIds.length > 0 ? eb('members.user_id', 'in', userIds) : lit(false),
      ]),
    )
    .orderBy('members.id')
    .execute()
}
