// Cuts text into passages that a search can return and a model can cite: at the ends of lines, rows or paragraphs.
import type { Passage } from './reading.ts'

/** How long a passage gets; one sentence more is cut off and begins the next. */
export const passageCharactersMax = 2000
const overlapCharacters = 200

/** Lines, rows or paragraphs that follow each other, and how their passages are to be called. */
export type Stretch = {
  units: Iterable<string> | AsyncIterable<string>
  separator: string
  /** Names the place of the units from `first` to `last`, counted from 1. */
  placeOf: (first: number, last: number) => string | null
  /** Stands at the head of each passage, as a table's header does. */
  heading?: string
}

/** Cuts a stretch; units stay whole unless one alone is longer than a passage, then its pieces overlap a little. */
export async function* cut({ units, separator, placeOf, heading }: Stretch): AsyncGenerator<Passage> {
  // A header that would fill the passage says less than the rows it displaces.
  const head = heading && heading.length <= passageCharactersMax / 2 ? heading + separator : ''
  const roomCharacters = passageCharactersMax - head.length
  for await (const { first, texts } of gather(units, separator, roomCharacters)) {
    if (texts.every((text) => text.trim() === '')) continue
    const place = placeOf(first, first + texts.length - 1)
    for (const piece of piecesOf(texts.join(separator), roomCharacters)) yield { place, text: head + piece }
  }
}

type Gathered = { first: number; texts: string[] }

/** As many units together as there is room for, or one alone that is longer. */
async function* gather(
  units: Stretch['units'],
  separator: string,
  roomCharacters: number,
): AsyncGenerator<Gathered> {
  let gathered: Gathered = { first: 1, texts: [] }
  let characters = 0
  for await (const unit of units) {
    if (gathered.texts.length > 0 && characters + unit.length > roomCharacters) {
      yield gathered
      gathered = { first: gathered.first + gathered.texts.length, texts: [] }
      characters = 0
    }
    gathered.texts.push(unit)
    characters += unit.length + separator.length
  }
  if (gathered.texts.length > 0) yield gathered
}

/** Pieces of one long unit, cut after a sentence or a word where there is one in the last third. */
function* piecesOf(unit: string, charactersMax: number): Generator<string> {
  let start = 0
  while (unit.length - start > charactersMax) {
    const end = start + lastBreak(unit.slice(start, start + charactersMax))
    yield unit.slice(start, end)
    start = end - Math.min(overlapCharacters, Math.floor(charactersMax / 4))
  }
  yield unit.slice(start)
}

function lastBreak(text: string): number {
  const from = Math.floor((text.length * 2) / 3)
  const sentence = text.slice(from).search(/[.!?。！？]\s*(?=[^.!?。！？]*$)/)
  if (sentence >= 0) return from + sentence + 1
  const space = text.lastIndexOf(' ')
  return space > from ? space + 1 : text.length
}

/** "lines 3–8", or "line 3" where it is one. */
export const span = (noun: string, first: number, last: number): string =>
  first === last ? `${noun} ${first}` : `${noun}s ${first}–${last}`
