import type { ChatSettings } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Owner } from './session-store.ts'

/** What people want in all their chats. */
export type PersonalSettings = {
  get: (owner: Owner) => Promise<ChatSettings>
  update: (owner: Owner, changes: { instructions?: string | null | undefined }) => Promise<ChatSettings>
}

/** Builds it. */
export const createPersonalSettings = (db: Kysely<Tables>): PersonalSettings => ({
  get: async ({ userId }) => ({ instructions: await findInstructions(db, userId) }),
  async update({ userId }, { instructions }) {
    if (instructions !== undefined) {
      await db
        .insertInto('chat_settings')
        .values({ user_id: userId, instructions })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ instructions }))
        .execute()
    }
    return { instructions: await findInstructions(db, userId) }
  },
})

/** What every model is told before somebody's conversations; null where they want nothing. */
export async function findInstructions(db: Kysely<Tables>, userId: string): Promise<string | null> {
  const row = await db
    .selectFrom('chat_settings')
    .select('instructions')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.instructions ?? null
}
