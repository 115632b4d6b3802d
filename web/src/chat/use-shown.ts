import type { ChatMessage } from '@portal/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { chatQueries, readGeneration } from '../api/index.ts'
import { acceptEnd } from './chat-cache.ts'
import { createLiveAnswer, type LiveAnswer, type Shown, upTo } from './live-answer.ts'
import { whileSeen } from './other-tabs.ts'
import { withThoughts } from './thoughts.ts'

// By the id of their generation: those that are on the page.
const running = new Map<string, LiveAnswer>()

// What was shown of those that were stopped on this page: it stays so, whatever comes of them.
const stopped = new Map<string, Shown>()
const listeners = new Set<() => void>()

/** Shows no more of an answer, for somebody stopped it; returns how many characters (UTF-16) are shown. */
export function freezeShown(generationId: string): number | null {
  const answer = running.get(generationId)
  if (!answer) return null
  const length = answer.freeze()
  stopped.set(generationId, answer.shown())
  return length
}

/** Shows the rest after all: the answer could not be stopped. */
export function thawShown(generationId: string): void {
  stopped.delete(generationId)
  running.get(generationId)?.thaw()
  for (const listener of listeners) listener()
}

/** What is shown of a message: as it stands, or, while it is being made, as it grows. */
export function useShown(message: ChatMessage): Shown {
  const client = useQueryClient()
  const { sessionId } = message
  const generationId = message.status === 'running' ? message.generationId : null
  const answer = generationId === null ? null : openAnswer(generationId, message)
  useEffect(() => {
    if (generationId === null || !answer) return
    running.set(generationId, answer)
    const leave = whileSeen(() =>
      answer.follow({
        read: (options) => readGeneration({ sessionId, generationId }, options),
        onEnd: (ended) => acceptEnd(client, ended),
        onLost: () => void client.invalidateQueries({ queryKey: chatQueries.messages(sessionId).queryKey }),
      }),
    )
    return () => {
      leave()
      running.delete(generationId)
    }
  }, [client, sessionId, generationId, answer])
  const shown = useSyncExternalStore<Shown>(
    answer?.subscribe ?? subscribeToStopped,
    answer?.shown ?? (() => upTo(stopped.get(message.generationId ?? ''), message)),
  )
  return useMemo(() => withThoughts(shown, generationId !== null), [shown, generationId])
}

const subscribeToStopped = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The one that is open already: what the cache says of it meanwhile is behind, or the same. */
function openAnswer(generationId: string, message: ChatMessage): LiveAnswer {
  const open =
    running.get(generationId) ?? createLiveAnswer(message, (show) => void requestAnimationFrame(show))
  running.set(generationId, open)
  return open
}
