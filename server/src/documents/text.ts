import { cut, span } from './cut.ts'
import { decodeText } from './decode-text.ts'
import type { Draft } from './draft.ts'

/** Reads text of any kind as it stands, by lines. */
export async function readText(file: Buffer): Promise<Draft> {
  const units = decodeText(file).split(/\r\n|\n|\r/)
  return { passages: cut({ units, separator: '\n', placeOf: (first, last) => span('line', first, last) }) }
}
