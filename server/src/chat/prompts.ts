import {
  type ChatPrompt,
  type CreateChatPrompt,
  isId,
  newId,
  promptsMax,
  type UpdateChatPrompt,
} from '@portal/contract'
import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { ChatDeps } from './deps.ts'
import type { Owner } from './session-store.ts'

/** Texts that people ask with again and again. */
export type Prompts = {
  list: (owner: Owner) => Promise<ChatPrompt[]>
  /** @throws AppError conflict where the name is taken, or there are as many as may be */
  create: (owner: Owner, given: CreateChatPrompt) => Promise<ChatPrompt>
  /** @throws AppError not_found, conflict */
  update: (owner: Owner, id: string, changes: UpdateChatPrompt) => Promise<ChatPrompt>
  /** @throws AppError not_found */
  remove: (owner: Owner, id: string) => Promise<void>
}

/** Builds them. */
export function createPrompts({ db, now }: ChatDeps): Prompts {
  return {
    async list(owner) {
      const rows = await own(db, owner).orderBy('name').execute()
      return rows.map(promptOf)
    },
    create: (owner, { name, content }) =>
      withFreeName(name, () =>
        db.transaction().execute(async (trx) => {
          await requireRoom(trx, owner)
          const at = new Date(now())
          const row = {
            ...{ id: newId('prompt', at.getTime()), name, content, created_at: at },
            ...{ user_id: owner.userId, organisation_id: owner.organisationId },
          }
          await trx.insertInto('chat_prompts').values(row).execute()
          return promptOf(row)
        }),
      ),
    update: (owner, id, changes) =>
      withFreeName(changes.name ?? '', async () => {
        const row = isId('prompt', id) && (await own(db, owner).where('id', '=', id).executeTakeFirst())
        if (!row) throw noSuchPrompt()
        const { name = row.name, content = row.content } = changes
        await db.updateTable('chat_prompts').set({ name, content }).where('id', '=', id).execute()
        return promptOf({ ...row, name, content })
      }),
    async remove({ userId, organisationId }, id) {
      if (!isId('prompt', id)) throw noSuchPrompt()
      const { numDeletedRows } = await db
        .deleteFrom('chat_prompts')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('organisation_id', '=', organisationId)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw noSuchPrompt()
    },
  }
}

const own = (db: Kysely<Tables>, { userId, organisationId }: Owner) =>
  db
    .selectFrom('chat_prompts')
    .selectAll()
    .where('user_id', '=', userId)
    .where('organisation_id', '=', organisationId)

const noSuchPrompt = (): AppError => new AppError('not_found', { message: 'There is no such prompt.' })

/** Under the lock of their owner's row, so that two do not both take the last place. @throws AppError conflict */
async function requireRoom(trx: Kysely<Tables>, owner: Owner): Promise<void> {
  await trx.selectFrom('users').select('id').where('id', '=', owner.userId).forNoKeyUpdate().execute()
  const { length } = await own(trx, owner).execute()
  if (length < promptsMax) return
  throw new AppError('conflict', {
    message: `You have ${promptsMax} prompts. Delete one that you do not use.`,
  })
}

const uniqueViolation = '23505'

async function withFreeName<T>(name: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== uniqueViolation) throw cause
    throw new AppError('conflict', { message: `You have a prompt named “${name}”.`, param: 'name', cause })
  }
}

const promptOf = (row: Selectable<Tables['chat_prompts']>): ChatPrompt => ({
  ...{ id: row.id, name: row.name, content: row.content },
  createdAt: row.created_at.toISOString(),
})
