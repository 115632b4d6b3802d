/** A text as PostgreSQL takes it: neither NUL nor half a character. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** The same of a text that comes in pieces: a character may come in two of them. */
export function createStorablePieces(): { next: (piece: string) => string; rest: () => string } {
  let half = ''
  return {
    next(piece) {
      const text = half + piece
      half = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? ''
      return storable(text.slice(0, text.length - half.length))
    },
    rest() {
      const text = storable(half)
      half = ''
      return text
    },
  }
}
