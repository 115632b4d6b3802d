// What starts answers.
import { chatEndpoints, newId } from '@portal/contract'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { ApiError, call } from '../api/index.ts'
import { acceptStart, rereadAll } from './chat-cache.ts'

/** A question after a message, or a message that is to be answered (again). */
export type Asked = {
  content?: string
  parentId: string | null
  attachments?: { id: string }[]
  /** The last message its asker sees: where the chat has gone on from it, nothing is asked. */
  ifLeafId?: string | null
  /** In place of the chat's. */
  model?: string
}

/**
 * Has a chat answer. Asked for the same again after a failure, it is the same answer: one that began and could not say
 * so is not begun twice. The promise fails with what the server said.
 */
export function useAsk(): (sessionId: string, asked: Asked) => Promise<void> {
  const client = useQueryClient()
  const failed = useRef<{ asked: string; id: string }>(null)
  return useCallback(
    async (sessionId, asked) => {
      const key = JSON.stringify([sessionId, asked])
      const id = failed.current?.asked === key ? failed.current.id : newId('generation')
      failed.current = { asked: key, id }
      await start(client, sessionId, { ...asked, id })
      failed.current = null
    },
    [client],
  )
}

async function start(client: QueryClient, sessionId: string, body: Asked & { id: string }): Promise<void> {
  try {
    const { messages } = await call(chatEndpoints.startGeneration, { params: { sessionId }, body })
    acceptStart(client, sessionId, messages)
  } catch (error) {
    if (error instanceof ApiError && error.param === 'ifLeafId') void rereadAll(client, sessionId)
    throw error
  }
}
