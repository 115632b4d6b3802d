import type { ChatSettings } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Owner } from './session-store.ts'

type Changes = { [Name in keyof ChatSettings]?: ChatSettings[Name] | undefined }

/** What people want in all their chats. */
export type PersonalSettings = {
  get: (owner: Owner) => Promise<ChatSettings>
  update: (owner: Owner, changes: Changes) => Promise<ChatSettings>
}

/** Builds it. */
export const createPersonalSettings = (db: Kysely<Tables>): PersonalSettings => ({
  get: ({ userId }) => findSettings(db, userId),
  async update({ userId }, { instructions, filters }) {
    const changes = {
      ...(instructions !== undefined && { instructions }),
      ...(filters && { filters: JSON.stringify(filters) }),
    }
    if (Object.keys(changes).length > 0) {
      await db
        .insertInto('chat_settings')
        .values({ user_id: userId, ...changes })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet(changes))
        .execute()
    }
    return findSettings(db, userId)
  },
})

async function findSettings(db: Kysely<Tables>, userId: string): Promise<ChatSettings> {
  const row = await db
    .selectFrom('chat_settings')
    .select(['instructions', 'filters'])
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return (row as ChatSettings | undefined) ?? { instructions: null, filters: [] }
}

/** What every model is told before somebody's conversations; null where they want nothing. */
export const findInstructions = async (db: Kysely<Tables>, userId: string): Promise<string | null> =>
  (await findSettings(db, userId)).instructions
