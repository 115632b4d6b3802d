// What was typed and not sent, for each person and chat, in this browser.

/** Whose draft, and for which chat; `new` is one that has not begun. */
export type DraftPlace = { userId: string; chat: string }

const nameOf = ({ userId, chat }: DraftPlace): string => `portal-draft:${userId}:${chat}`

/** The draft that was kept, or nothing. */
export function readDraft(place: DraftPlace): string {
  try {
    return localStorage.getItem(nameOf(place)) ?? ''
  } catch {
    return ''
  }
}

/** Keeps a draft; an empty one is forgotten. */
export function keepDraft(place: DraftPlace, text: string): void {
  try {
    if (text) localStorage.setItem(nameOf(place), text)
    else localStorage.removeItem(nameOf(place))
  } catch {
    // A browser that keeps nothing still sends.
  }
}
