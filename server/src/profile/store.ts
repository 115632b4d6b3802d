import type { UpdateProfileBody } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

/** A profile as stored, and whether there are a password and a second factor. */
export type ProfileRow = NonNullable<Awaited<ReturnType<typeof findProfile>>>

/** Somebody’s profile. */
export const findProfile = (db: Kysely<Tables>, userId: string) =>
  db
    .selectFrom('users')
    .selectAll()
    .select(({ exists, selectFrom }) => [
      exists(
        selectFrom('accounts')
          .select('id')
          .whereRef('accounts.user_id', '=', 'users.id')
          .where('accounts.password', 'is not', null),
      )
        .$castTo<boolean>()
        .as('has_password'),
      exists(
        selectFrom('two_factors')
          .select('user_id')
          .whereRef('two_factors.user_id', '=', 'users.id')
          .where('confirmed_at', 'is not', null),
      )
        .$castTo<boolean>()
        .as('has_two_factor'),
    ])
    .where('users.id', '=', userId)
    .executeTakeFirst()

type Changes = Omit<UpdateProfileBody, 'email'> & { at: Date }

/** Changes what is given, and leaves what is not. */
export async function updateProfile(db: Kysely<Tables>, userId: string, changes: Changes): Promise<void> {
  const { name, firstName, lastName, company, phone, timezone, at } = changes
  const given = { name, first_name: firstName, last_name: lastName, company, phone, timezone }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  await db
    .updateTable('users')
    .set({ ...set, updated_at: at })
    .where('id', '=', userId)
    .execute()
}
