import type { NumberedEvent } from './generation-store.ts'

/** What readers in this process are told once it was committed: further events, or null for the end. */
export type Told = NumberedEvent[] | null

export type EventHub = {
  tell: (generationId: string, told: Told) => void
  /** Until the returned function is called. */
  listen: (generationId: string, listener: (told: Told) => void) => () => void
}

/** Carries committed events to the readers of this process. */
export function createEventHub(): EventHub {
  const listeners = new Map<string, Set<(told: Told) => void>>()
  return {
    tell(generationId, told) {
      for (const listener of listeners.get(generationId) ?? []) listener(told)
    },
    listen(generationId, listener) {
      const own = listeners.get(generationId) ?? new Set()
      listeners.set(generationId, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0) listeners.delete(generationId)
      }
    },
  }
}
