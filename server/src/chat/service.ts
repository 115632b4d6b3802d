import type { ChatMessage, Generation, StartGeneration } from '@portal/contract'
import { z } from 'zod'
import type { Principal } from '../http/index.ts'
import { defineQueue } from '../jobs/index.ts'
import type { ChatDeps } from './deps.ts'
import { deleteEvents } from './generation-store.ts'
import { createGenerations, type Generations } from './generations.ts'
import { findMessage, messageOf } from './message-store.ts'
import { type ChatMessages, createMessages } from './messages.ts'
import { createPersonalSettings, type PersonalSettings } from './personal-settings.ts'
import { createPrompts, type Prompts } from './prompts.ts'
import { readGeneration } from './reading.ts'
import { emptyTrash } from './session-store.ts'
import { type ChatSessions, createSessions } from './sessions.ts'
import { type ChatShares, createShares } from './shares.ts'
import { type Reader, whileAdmitted } from './while-admitted.ts'

type Place = Parameters<Generations['find']>[1]

/** People's conversations with models. */
export type Chat = {
  sessions: ChatSessions
  messages: ChatMessages
  settings: PersonalSettings
  shares: ChatShares
  prompts: Prompts
  startGeneration: (
    principal: Principal,
    sessionId: string,
    given: StartGeneration,
  ) => Promise<{ generation: Generation; messages: ChatMessage[] }>
  stopGeneration: Generations['stop']
  /** Its events from after a number on, as long as its reader may have them. @throws AppError not_found */
  readGeneration: (reader: Reader, place: Place, after: number) => Promise<AsyncIterable<string>>
  /** Resolves when what runs has ended, which the gateway's drain sees to. */
  close: () => Promise<void>
}

const dayMs = 86_400_000
const trashDays = 30
const sweepQueue = defineQueue({ name: 'chat-clean-up', payload: z.object({}) })

/** Builds it. */
export function createChat(deps: ChatDeps): Chat {
  const { db, jobs, now } = deps
  const generations = createGenerations(deps)
  jobs.work(sweepQueue, async () => {
    await emptyTrash(db, new Date(now() - trashDays * dayMs))
    await deleteEvents(db, new Date(now() - dayMs))
  })
  jobs.everyDay(sweepQueue, { time: '03:30', payload: {} })
  return {
    sessions: createSessions(deps, generations),
    messages: createMessages(deps),
    settings: createPersonalSettings(db),
    shares: createShares(deps),
    prompts: createPrompts(deps),
    async startGeneration(principal, sessionId, given) {
      const { generation, messageIds } = await generations.start(principal, sessionId, given)
      const rows = await Promise.all(messageIds.map((id) => findMessage(db, id)))
      return { generation, messages: rows.flatMap((row) => (row ? [messageOf(row)] : [])) }
    },
    stopGeneration: generations.stop,
    async readGeneration(reader, place, after) {
      const { id } = await generations.find(reader.principal, place)
      return whileAdmitted(reader, readGeneration(db, generations.hub, { generationId: id, after }))
    },
    close: generations.close,
  }
}
