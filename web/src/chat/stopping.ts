// What stops answers.
import { chatEndpoints } from '@portal/contract'
import { useQueryClient } from '@tanstack/react-query'
import { ApiError, call, chatQueries } from '../api/index.ts'
import { rereadAll } from './chat-cache.ts'
import { tellOtherTabs } from './other-tabs.ts'
import { freezeShown, thawShown } from './use-shown.ts'

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
