import WordExtractor from 'word-extractor'
import { cut } from './cut.ts'
import type { Draft } from './draft.ts'
import { Unreadable } from './reading.ts'

/** Reads Word's binary format of 1997 to 2003. */
export async function readDoc(file: Buffer): Promise<Draft> {
  const document = await new WordExtractor().extract(file).catch((error: unknown) => {
    throw new Unreadable(/password|encrypt/i.test(String(error)) ? 'encrypted' : 'damaged')
  })
  const parts = [document.getBody(), document.getFootnotes(), document.getEndnotes(), document.getTextboxes()]
  const units = parts.flatMap((part) => part.split(/[\r\n]+/)).filter((unit) => unit.trim() !== '')
  return { passages: cut({ units, separator: '\n\n', placeOf: () => null }) }
}
