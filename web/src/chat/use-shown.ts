import type { ChatMessage } from '@portal/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { chatQueries, readGeneration } from '../api/index.ts'
import { acceptEnd } from './chat-cache.ts'
import { createLiveAnswer, type LiveAnswer, type Shown } from './live-answer.ts'

// By the id of their generation: those that are on the page.
const running = new Map<string, LiveAnswer>()

/** The answer with this generation, where it is on the page and being made. */
export const liveAnswer = (generationId: string): LiveAnswer | undefined => running.get(generationId)

/** What is shown of a message: as it stands, or, while it is being made, as it grows. */
export function useShown(message: ChatMessage): Shown {
  const client = useQueryClient()
  const { sessionId } = message
  const generationId = message.status === 'running' ? message.generationId : null
  const answer = generationId === null ? null : openAnswer(generationId, message)
  useEffect(() => {
    if (generationId === null || !answer) return
    running.set(generationId, answer)
    const leave = answer.follow({
      read: (options) => readGeneration({ sessionId, generationId }, options),
      onEnd: (ended) => acceptEnd(client, ended),
      onLost: () => void client.invalidateQueries({ queryKey: chatQueries.messages(sessionId).queryKey }),
    })
    return () => {
      leave()
      running.delete(generationId)
    }
  }, [client, sessionId, generationId, answer])
  return useSyncExternalStore<Shown>(
    answer?.subscribe ?? subscribeToNothing,
    answer?.shown ?? (() => message),
  )
}

const subscribeToNothing = () => () => {}

/** The one that is open already: what the cache says of it meanwhile is behind, or the same. */
function openAnswer(generationId: string, message: ChatMessage): LiveAnswer {
  const open =
    running.get(generationId) ?? createLiveAnswer(message, (show) => void requestAnimationFrame(show))
  running.set(generationId, open)
  return open
}
