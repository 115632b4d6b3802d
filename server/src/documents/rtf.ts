import { Readable, Transform } from 'node:stream'
import { Tokenize } from 'rtf-stream-parser'
import { ToPlainText } from 'rtf-stream-parser/dist/src/ToPlainText.js'
import { cut } from './cut.ts'
import type { Draft } from './draft.ts'

/** Reads RTF. */
export async function readRtf(file: Buffer): Promise<Draft> {
  const plain = new ToPlainText({ decode, warn: () => {} })
  const tokens = new Tokenize()
  const layout = tableLayout()
  // A pipe carries no errors: each ends the last stream, which is the one that is read.
  for (const stream of [tokens, layout]) stream.on('error', (error) => plain.destroy(error))
  Readable.from([file]).pipe(tokens).pipe(layout).pipe(plain)
  let text = ''
  for await (const piece of plain) text += piece
  const units = text.split(/[\r\n]+/).map((unit) => unit.trim())
  return { passages: cut({ units: units.filter(Boolean), separator: '\n\n', placeOf: () => null }) }
}

/** Cells and rows end as words and lines do, which the library leaves out. */
function tableLayout(): Transform {
  const endings: Record<string, string> = { cell: 'tab', nestcell: 'tab', row: 'par', nestrow: 'par' }
  return new Transform({
    objectMode: true,
    transform(token: { word?: string }, _encoding, done) {
      const ending = endings[token.word ?? '']
      done(null, ending ? { ...token, word: ending } : token)
    },
  })
}

// What RTF calls by number and the WHATWG by name.
const codepages: Record<string, string> = {
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  cp10000: 'macintosh',
  cp65001: 'utf-8',
}

function decode(bytes: Buffer, encoding: string): string {
  try {
    return new TextDecoder(codepages[encoding] ?? encoding).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
