import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { decodeText } from './decode-text.ts'
import type { Draft } from './draft.ts'
import { cutTable } from './table.ts'

const delimiters = [',', ';', '\t', '|']

/** Reads comma-, semicolon-, tab- or bar-separated values. */
export async function readCsv(file: Buffer): Promise<Draft> {
  const text = decodeText(file)
  const parser = parse({
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
  })
  const rows: AsyncIterable<string[]> = Readable.from(inPieces(text)).pipe(parser)
  return { passages: cutTable(rows, (place) => place) }
}

/** The delimiter that is most frequent in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const firstLine = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text.slice(0, 65_536))?.[0] ?? ''
  const bare = firstLine.replaceAll(/"(?:[^"]|"")*"/g, '')
  const counted = delimiters.map((delimiter) => ({ delimiter, count: bare.split(delimiter).length }))
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).delimiter
}

function* inPieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 65_536) yield text.slice(at, at + 65_536)
}
