import { fileTypeFromBuffer } from 'file-type'
import { encodingOfMark } from './decode-text.ts'
import { binaryTypes, compoundTypes, type FileType, textTypes } from './media-types.ts'

export type { FileType }

/**
 * What a file is, by its first bytes (4,100 or more) and, where those are text, by its name; null where it is nothing
 * that is taken here. Known bytes win over the name; text under the name of a binary format is nothing.
 */
export async function recogniseType(head: Uint8Array, name: string): Promise<FileType | null> {
  const extension = extensionOf(name)
  const guess = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime ?? ''
  const isText = looksLikeText(head)
  // Some binary formats begin with letters, as a text may ("BM", "MZ", "GIF"); these two are text to the eye themselves.
  const known = binaryTypes[guess]
  if (known && (!isText || guess === 'application/pdf' || guess === 'application/rtf')) return known
  if (isText) return textTypeOf(head, extension)
  return isContainer(guess, head) ? (compoundTypes[extension] ?? null) : null
}

/** The part after the last dot, in lower case; the whole name where there is none ("Dockerfile"). */
function extensionOf(name: string): string {
  const base = name.toLowerCase().split(/[/\\]/).at(-1) ?? ''
  return base.split('.').at(-1) ?? ''
}

function textTypeOf(head: Uint8Array, extension: string): FileType | null {
  const type = Object.hasOwn(textTypes, extension) ? textTypes[extension] : undefined
  if (!type) return null
  const isDrawing = type.mediaType === 'image/svg+xml'
  return isDrawing && !beginsWithSvg(textOf(head) ?? '') ? null : type
}

/** Whether the first element is `svg`, after declaration, comments and document type. */
const beginsWithSvg = (text: string): boolean =>
  /^\s*(<\?[^>]*>\s*|<!--[\s\S]*?-->\s*|<!doctype\s[^>[]*(\[[^\]]*\])?\s*>\s*)*<(\w+:)?svg[\s/>]/i.test(text)

/**
 * A container whose head does not tell what it holds: an archive that begins as office files do, or a compound file
 * (Word's of 1997, and every office file with a password). What is in it shows when it is read.
 */
function isContainer(guess: string, head: Uint8Array): boolean {
  if (guess === 'application/x-cfb') return true
  if (guess !== 'application/zip' && guess !== '') return false
  // APPNOTE 4.3.7: the name of the first entry stands after 30 bytes of header.
  const beginning = Buffer.from(head.subarray(0, 100)).toString('latin1')
  return beginning.startsWith('PK') && officeNames.some((name) => beginning.startsWith(name, 30))
}

const officeNames = ['[Content_Types].xml', '_rels/', 'docProps/', 'word/', 'xl/']

const looksLikeText = (head: Uint8Array): boolean => textOf(head) !== null

/** The head as text; null where it holds what no text does. The last character may be cut. */
function textOf(head: Uint8Array): string | null {
  const encodings = [encodingOfMark(head) ?? 'utf-8', 'windows-1252']
  for (const encoding of encodings) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true })
      return hasControls(text) ? null : text
    } catch {}
  }
  return null
}

/** Anything but tab, line feed, form feed, carriage return, and escape, which coloured logs hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const hasControls = (text: string): boolean => /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x9f]/.test(text)
