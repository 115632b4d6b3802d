/** Takes a place for one more of somebody's, until the function that it gives is called. @throws the refusal */
export type Enter = (whose: string) => () => void

/** The same pages, in a place from the first to the last. @throws the refusal with the first */
export async function* inPlace<Page>(enter: Enter, whose: string, pages: AsyncIterable<Page>) {
  const leave = enter(whose)
  try {
    yield* pages
  } finally {
    leave()
  }
}

/** Counts what each has under way, at most so many. */
export function createPlaces(max: number, refusal: () => Error): Enter {
  const taken = new Map<string, number>()
  return (whose) => {
    const theirs = taken.get(whose) ?? 0
    if (theirs >= max) throw refusal()
    taken.set(whose, theirs + 1)
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      const left = (taken.get(whose) ?? 1) - 1
      if (left > 0) taken.set(whose, left)
      else taken.delete(whose)
    }
  }
}
