import type { Draft } from './draft.ts'
import { keepWithin } from './keep-within.ts'
import { type ReadAnswer, type Reading, type ReadingLimits, type ReadTask, Unreadable } from './reading.ts'

type Format = (file: Buffer, limits: ReadingLimits) => Promise<Draft>

// Each is loaded when it is needed: a process reads one document.
const formats: Record<string, () => Promise<Format>> = {
  'application/pdf': async () => (await import('./pdf.ts')).readPdf,
  'application/msword': async () => (await import('./doc.ts')).readDoc,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': async () =>
    (await import('./docx.ts')).readDocx,
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': async () =>
    (await import('./xlsx.ts')).readXlsx,
  'application/rtf': async () => (await import('./rtf.ts')).readRtf,
  'text/csv': async () => (await import('./csv.ts')).readCsv,
  'text/tab-separated-values': async () => (await import('./csv.ts')).readCsv,
}
const text = async (): Promise<Format> => (await import('./text.ts')).readText

/** Reads a document of the media type; every format that is not known otherwise is text. Never throws. */
export async function readDocument(file: Buffer, { mediaType, limits }: ReadTask): Promise<ReadAnswer> {
  try {
    const read = await (formats[mediaType] ?? text)()
    return await readingFrom(await read(file, limits), limits)
  } catch (error) {
    return { failure: error instanceof Unreadable ? error.failure : 'damaged' }
  }
}

async function readingFrom(draft: Draft, limits: ReadingLimits): Promise<Reading> {
  const kept = await keepWithin(draft.passages, limits)
  const pages = draft.pages ?? null
  const isScanned = pages !== null && !kept.isTruncated && kept.passages.length === 0
  return { ...kept, pages, note: isScanned ? 'scanned' : null }
}
