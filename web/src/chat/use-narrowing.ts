import { useState } from 'react'

/** What the list is narrowed to: chats that have all of these tags and all of these words. */
export type Narrowing = { tags: readonly string[]; search: string }

/** Tells what the list is narrowed to, and changes it. */
export type NarrowingState = Narrowing & { narrow: (to: Partial<Narrowing>) => void }

const place = 'portal-chat-tags'

/** Tags are remembered in this browser, words are not. */
export function useNarrowing(): NarrowingState {
  const [narrowing, setNarrowing] = useState<Narrowing>(() => ({ tags: readTags(), search: '' }))
  return {
    ...narrowing,
    narrow(to) {
      setNarrowing((from) => ({ ...from, ...to }))
      if (to.tags) keepTags(to.tags)
    },
  }
}

function readTags(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? '[]')
    return Array.isArray(kept) ? kept.filter((tag) => typeof tag === 'string') : []
  } catch {
    return []
  }
}

function keepTags(tags: readonly string[]): void {
  try {
    localStorage.setItem(place, JSON.stringify(tags))
  } catch {
    // A browser that keeps nothing filters until it is closed.
  }
}
