import { useState } from 'react'

/** The tag that the list is narrowed to, if any; it is remembered in this browser. */
export type TagFilterState = { tag: string | null; choose: (tag: string | null) => void }

const place = 'portal-chat-tag'

export function useTagFilter(): TagFilterState {
  const [tag, setTag] = useState(read)
  return {
    tag,
    choose(chosen) {
      setTag(chosen)
      keep(chosen)
    },
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(place)
  } catch {
    return null
  }
}

function keep(tag: string | null): void {
  try {
    if (tag) localStorage.setItem(place, tag)
    else localStorage.removeItem(place)
  } catch {
    // A browser that keeps nothing filters until it is closed.
  }
}
