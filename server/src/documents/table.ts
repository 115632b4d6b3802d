import { cut, span } from './cut.ts'
import type { Passage } from './reading.ts'

/** Rows as passages, each headed by the first row; rows are counted from 1, as spreadsheets do, empty ones included. */
export async function* cutTable(
  rows: Iterable<string[]> | AsyncIterable<string[]>,
  placeOf: (rows: string) => string,
): AsyncGenerator<Passage> {
  const lines = linesOf(rows)
  const { value: heading, done } = await lines.next()
  if (done) return
  let isAlone = true
  // The header is the first row: the row after it is the second.
  for await (const passage of cut({
    units: lines,
    separator: '\n',
    placeOf: (first, last) => placeOf(span('row', first + 1, last + 1)),
    heading,
  })) {
    isAlone = false
    yield passage
  }
  if (isAlone) yield { place: placeOf('row 1'), text: heading }
}

async function* linesOf(
  rows: Iterable<string[]> | AsyncIterable<string[]>,
): AsyncGenerator<string, undefined> {
  for await (const row of rows) yield row.map((cell) => cell.replaceAll(/\s+/g, ' ').trim()).join(' | ')
}
