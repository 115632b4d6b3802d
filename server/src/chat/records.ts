import { isId, newId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { ChatRecords, Exchange } from '../gateway/index.ts'
import { insertMessage, lockAnswer, updateMessage } from './message-store.ts'
import { estimatedTokens, requireSpace } from './messages.ts'
import { findSession, lockSession, updateSession } from './session-store.ts'
import { storable } from './storable.ts'
import { titleFrom } from './titles.ts'
import { toolCallsOf, withCalls, withResults } from './tool-calls.ts'

type Db = Kysely<Tables>

/** Keeps completions that name a chat as an exchange at the end of its branch in use. */
export const createChatRecords = (db: Db, now: () => number): ChatRecords => ({
  async has(asker, chatId) {
    const row = isId('chat', chatId) && (await findSession(db, asker, chatId))
    if (!row || row.deleted_at !== null) return false
    await requireSpace(db, chatId)
    return true
  },
  async keep(owner, chatId, exchange) {
    await db.transaction().execute(async (trx) => {
      const session = await lockSession(trx, owner, chatId)
      if (!session) return
      const at = new Date(now())
      const isContinued = await continueAnswer(trx, session.leaf_id, exchange)
      const leaf_id = isContinued ? session.leaf_id : await insertExchange(trx, { session, at }, exchange)
      // No model is asked for it: whoever pays for programs asked for none. The first answer in the app gives a better one.
      const title =
        session.titled_by === 'nobody' && session.leaf_id === null ? titleFrom(exchange.question) : ''
      await updateSession(
        trx,
        { owner, id: chatId },
        { leaf_id, updated_at: at, ...(title !== '' && { title: storable(title) }) },
      )
    })
  },
})

/** Takes results to the calls of an answer, and what the model goes on with; false where it is another exchange. */
async function continueAnswer(trx: Db, answerId: string | null, exchange: Exchange): Promise<boolean> {
  const { results, isGoingOn, answer, calls, totalTokens } = exchange
  const row = results.length > 0 && answerId !== null && (await lockAnswer(trx, answerId))
  if (!row) return false
  const answered = withResults(toolCallsOf(row.tool_calls), results)
  if (!answered) return false
  await updateMessage(trx, row.id, {
    tool_calls: JSON.stringify(isGoingOn ? withCalls(answered, calls) : answered),
    ...(isGoingOn && {
      content: [row.content, storable(answer)].filter(Boolean).join('\n\n'),
      total_tokens: (row.total_tokens ?? 0) + totalTokens,
    }),
  })
  return isGoingOn
}

type Place = { session: { id: string; leaf_id: string | null }; at: Date }

/** Resolves to the answer's id. */
async function insertExchange(trx: Db, { session, at }: Place, exchange: Exchange): Promise<string> {
  const { question, answer, calls, model, totalTokens } = exchange
  const [questionId, answerId] = [newId('message', at.getTime()), newId('message', at.getTime() + 1)]
  const common = { session_id: session.id, status: 'complete' as const, created_at: at }
  await insertMessage(trx, {
    ...{ ...common, id: questionId, parent_id: session.leaf_id },
    ...{ role: 'user', content: storable(question) },
    ...{ total_tokens: estimatedTokens(question), tokens_estimated: true },
  })
  await insertMessage(trx, {
    ...{ ...common, id: answerId, parent_id: questionId, role: 'assistant', content: storable(answer) },
    ...{ model, total_tokens: totalTokens, tool_calls: JSON.stringify(withCalls([], calls)) },
  })
  return answerId
}
