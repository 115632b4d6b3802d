// What starts and stops answers.
import { chatEndpoints, newId } from '@portal/contract'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { ApiError, call, chatQueries } from '../api/index.ts'
import { acceptStart, rereadAll } from './chat-cache.ts'
import { tellOtherTabs } from './other-tabs.ts'
import { freezeShown, thawShown } from './use-shown.ts'

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

const retriesAfterMs = [0, 300, 1000, 3000]
type Place = { sessionId: string; generationId: string }

/** Stops an answer where it is shown; what is shown stays. The promise fails when the server could not be told. */
export function useStop(): (place: Place) => Promise<void> {
  const client = useQueryClient()
  return async (place) => {
    await stopAnswer(place)
    const messages = client.getQueryData(chatQueries.messages(place.sessionId).queryKey) ?? []
    const isRunning = messages.some(
      ({ generationId, status }) => generationId === place.generationId && status === 'running',
    )
    if (isRunning) return
    // It had ended before it was stopped: what is kept of it is less than its end said.
    void rereadAll(client, place.sessionId)
    tellOtherTabs(place.sessionId)
  }
}

/** @throws ApiError when the server could not be told */
async function stopAnswer(params: Place): Promise<void> {
  const shownCharacters = freezeShown(params.generationId)
  let failure: unknown
  for (const waitMs of retriesAfterMs) {
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    try {
      await call(chatEndpoints.stopGeneration, { params, body: { shownCharacters } })
      return
    } catch (error) {
      failure = error
      if (!(error instanceof ApiError && error.isPassing)) break
    }
  }
  thawShown(params.generationId)
  throw failure
}
