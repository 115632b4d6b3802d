import type { MessageStatus } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { endGeneration, readAnswer } from './generation-store.ts'
import { updateMessage } from './message-store.ts'

/** How an answer ended, and what it took. */
export type Ending = {
  status: Exclude<MessageStatus, 'running'>
  fault: { code: string; message: string } | null
  tokens: { total: number; isEstimated: boolean } | null
}

/**
 * Ends an answer once: its message says what was committed of it, cut to what was shown where somebody stopped it.
 * False where it has ended already.
 */
export const endAnswer = (db: Kysely<Tables>, generationId: string, ending: Ending): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const generation = await endGeneration(trx, generationId, ending.status)
    if (!generation) return false
    const { content, reasoning } = await readAnswer(trx, generationId)
    const shown = ending.status === 'stopped' ? generation.shown_characters : null
    await updateMessage(trx, generation.message_id, {
      content: shown === null ? content : content.slice(0, shown).toWellFormed(),
      ...{ reasoning, status: ending.status },
      ...{ fault_code: ending.fault?.code ?? null, fault_message: ending.fault?.message ?? null },
      ...{
        total_tokens: ending.tokens?.total ?? null,
        tokens_estimated: ending.tokens?.isEstimated ?? false,
      },
    })
    return true
  })
