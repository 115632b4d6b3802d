import type { ChatMatch } from '@portal/contract'

type Piece = { at: number; text: string; isMarked: boolean }

/** An excerpt in pieces, marked and not, from its beginning to its end: each character once, however its marks lie. */
export function markedPieces({ excerpt, marks }: Pick<ChatMatch, 'excerpt' | 'marks'>): Piece[] {
  const pieces: Piece[] = []
  let done = 0
  const upTo = (end: number, isMarked: boolean) => {
    if (end <= done) return
    const before = pieces.at(-1)
    const text = excerpt.slice(done, end)
    if (before?.isMarked === isMarked) before.text += text
    else pieces.push({ at: done, text, isMarked })
    done = end
  }
  for (const { at, length } of marks.toSorted((one, other) => one.at - other.at)) {
    upTo(Math.min(at, excerpt.length), false)
    upTo(Math.min(at + length, excerpt.length), true)
  }
  upTo(excerpt.length, false)
  return pieces
}
