import { cut, span } from './cut.ts'
import type { Passage } from './reading.ts'

type Rows = Iterable<string[]> | AsyncIterable<string[]>

/** Rows as passages, each headed by the first row that holds something; rows are counted as spreadsheets do, from 1. */
export async function* cutTable(rows: Rows, placeOf: (rows: string) => string): AsyncGenerator<Passage> {
  const lines = linesOf(rows)
  const head = await firstFilled(lines)
  if (!head) return
  let isAlone = true
  for await (const passage of cut({
    units: lines,
    separator: '\n',
    placeOf: (first, last) => placeOf(span('row', head.row + first, head.row + last)),
    heading: head.line,
  })) {
    isAlone = false
    yield passage
  }
  if (isAlone) yield { place: placeOf(span('row', head.row, head.row)), text: head.line }
}

async function firstFilled(lines: AsyncGenerator<string>): Promise<{ line: string; row: number } | null> {
  for (let row = 1; ; row += 1) {
    const { value: line, done } = await lines.next()
    if (done) return null
    if (line !== '') return { line, row }
  }
}

async function* linesOf(rows: Rows): AsyncGenerator<string> {
  for await (const row of rows) {
    const cells = row.map((cell) => cell.replaceAll(/\s+/g, ' ').trim())
    yield cells.some((cell) => cell !== '') ? cells.join(' | ') : ''
  }
}
