import { isId, newId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { ChatRecords } from '../gateway/index.ts'
import { insertMessage } from './message-store.ts'
import { findSession, lockSession, updateSession } from './session-store.ts'

/** Keeps completions that name a chat as an exchange at the end of its branch in use. */
export const createChatRecords = (db: Kysely<Tables>, now: () => number): ChatRecords => ({
  async has(asker, chatId) {
    const row = isId('chat', chatId) && (await findSession(db, asker, chatId))
    return row !== false && row?.deleted_at === null
  },
  async keep(owner, chatId, { question, answer, model, totalTokens }) {
    await db.transaction().execute(async (trx) => {
      const session = await lockSession(trx, owner, chatId)
      if (!session) return
      const at = new Date(now())
      const [questionId, answerId] = [newId('message', at.getTime()), newId('message', at.getTime() + 1)]
      const common = { session_id: chatId, status: 'complete' as const, created_at: at }
      await insertMessage(trx, {
        ...{
          ...common,
          id: questionId,
          parent_id: session.leaf_id,
          role: 'user',
          content: storable(question),
        },
      })
      await insertMessage(trx, {
        ...{ ...common, id: answerId, parent_id: questionId, role: 'assistant', content: storable(answer) },
        ...{ model, total_tokens: totalTokens },
      })
      await updateSession(trx, { owner, id: chatId }, { leaf_id: answerId, updated_at: at })
    })
  },
})

/** PostgreSQL takes neither NUL nor half a character. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()
