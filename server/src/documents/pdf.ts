import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { getDocument, type PDFDocumentProxy, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { cut } from './cut.ts'
import type { Draft } from './draft.ts'
import { type Passage, Unreadable } from './reading.ts'

// How older PDFs write Chinese, Japanese and Korean.
const characterMaps = join(
  dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')),
  'cmaps/',
)

/** Reads the text layer of a PDF, page by page; nothing is drawn, no script in it is run. */
export async function readPdf(file: Buffer): Promise<Draft> {
  const loading = getDocument({
    data: new Uint8Array(file),
    cMapUrl: characterMaps,
    cMapPacked: true,
    verbosity: VerbosityLevel.ERRORS,
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    stopAtErrors: false,
  })
  const document = await loading.promise.catch((error: Error) => {
    throw new Unreadable(error.name === 'PasswordException' ? 'encrypted' : 'damaged')
  })
  return { passages: passagesOf(document), pages: document.numPages }
}

async function* passagesOf(document: PDFDocumentProxy): AsyncGenerator<Passage> {
  for (let number = 1; number <= document.numPages; number += 1) {
    const units = await linesOf(document, number)
    yield* cut({ units, separator: '\n', placeOf: () => `page ${number}` })
  }
}

async function linesOf(document: PDFDocumentProxy, number: number): Promise<string[]> {
  const page = await document.getPage(number)
  const { items } = await page.getTextContent()
  page.cleanup()
  return items
    .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
    .join('')
    .split('\n')
    .filter((line) => line.trim() !== '')
}
