import type { MessageStatus } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { endGeneration, readAnswer, stopEnded } from './generation-store.ts'
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
    const fault = generation.status === 'stopped' ? null : ending.fault
    await updateMessage(trx, generation.message_id, {
      content: shownOf(content, generation.shown_characters),
      ...{ reasoning, status: generation.status },
      ...{ fault_code: fault?.code ?? null, fault_message: fault?.message ?? null },
      ...{
        total_tokens: ending.tokens?.total ?? null,
        tokens_estimated: ending.tokens?.isEstimated ?? false,
      },
    })
    return true
  })

/** Cuts an answer that has just ended by itself to what was shown when somebody stopped it. */
export const cutAnswer = (db: Kysely<Tables>, generationId: string, shownCharacters: number): Promise<void> =>
  db.transaction().execute(async (trx) => {
    const { content } = await readAnswer(trx, generationId)
    if (content.length <= shownCharacters) return
    const generation = await stopEnded(trx, generationId, shownCharacters)
    if (!generation) return
    await updateMessage(trx, generation.message_id, {
      content: shownOf(content, shownCharacters),
      ...{ status: 'stopped', fault_code: null, fault_message: null },
    })
  })

const shownOf = (content: string, shownCharacters: number | null): string =>
  shownCharacters === null ? content : content.slice(0, shownCharacters).toWellFormed()
