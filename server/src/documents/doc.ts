import WordExtractor from 'word-extractor'
import { cut } from './cut.ts'
import type { Draft } from './draft.ts'
import { Unreadable } from './reading.ts'

/** Reads Word's binary format of 1997 to 2003. */
export async function readDoc(file: Buffer): Promise<Draft> {
  if (isEncrypted(file)) throw new Unreadable('encrypted')
  const document = await new WordExtractor().extract(file)
  const parts = [document.getBody(), document.getFootnotes(), document.getEndnotes(), document.getTextboxes()]
  const units = parts.flatMap((part) => part.split(/[\r\n]+/)).filter((unit) => unit.trim() !== '')
  return { passages: cut({ units, separator: '\n\n', placeOf: () => null }) }
}

/** MS-DOC 2.5.2: the document's stream begins with a mark and a version, its sixth word holds `fEncrypted`. */
function isEncrypted(file: Buffer): boolean {
  for (let at = 512; at + 12 <= file.length; at += 512) {
    const [mark, version, flags] = [0, 2, 10].map((offset) => file.readUInt16LE(at + offset))
    const isBeginning = mark === 0xa5ec && version !== undefined && version >= 0xc0 && version <= 0x112
    if (isBeginning) return ((flags ?? 0) & 0x0100) !== 0
  }
  return false
}
