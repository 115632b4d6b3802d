import type { NumberedEvent } from './generation-store.ts'

/** What readers in this process are told once it was committed: further events, or null for the end. */
export type Told = NumberedEvent[] | null

export type EventHub = {
  /** Says that an answer is made in this process: whoever reads it need not look whether there is more. */
  begin: (generationId: string) => void
  isMadeHere: (generationId: string) => boolean
  tell: (generationId: string, told: Told) => void
  /** Until the returned function is called. */
  listen: (generationId: string, listener: (told: Told) => void) => () => void
}

/** Carries committed events to the readers of this process. */
export function createEventHub(): EventHub {
  const made = new Set<string>()
  const listeners = new Map<string, Set<(told: Told) => void>>()
  return {
    begin: (generationId) => void made.add(generationId),
    isMadeHere: (generationId) => made.has(generationId),
    tell(generationId, told) {
      if (told === null) made.delete(generationId)
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
