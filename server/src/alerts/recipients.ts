import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

/** Who is to be told by mail. */
export type Recipient = { email: string; name: string }

type Chosen = { owners: boolean; admins: boolean; userIds: readonly string[] }

/** The owners and admins of an organisation, and those of the people who are in it; whoever has left is told nothing more. */
export function recipientsOf(
  db: Kysely<Tables>,
  organisationId: string,
  { owners, admins, userIds }: Chosen,
): Promise<Recipient[]> {
  const roles = [...(owners ? ['owner' as const] : []), ...(admins ? ['admin' as const] : [])]
  return db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(['users.email', 'users.name'])
    .where('members.organisation_id', '=', organisationId)
    .where(({ eb, or, lit }) =>
      or([
        roles.length > 0 ? eb('members.role', 'in', roles) : lit(false),
        userIds.length > 0 ? eb('members.user_id', 'in', userIds) : lit(false),
      ]),
    )
    .orderBy('members.id')
    .execute()
}
