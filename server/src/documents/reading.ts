/** A stretch of a document's text, and where it stands: "page 3", "lines 1–80"; null where the format knows no places. */
export type Passage = { place: string | null; text: string }

/** What was read from a document, in its order. */
export type Reading = {
  passages: Passage[]
  /** How many pages it has, where the format says. */
  pages: number | null
  /** Whether the document goes on after the last passage. */
  isTruncated: boolean
  /** `scanned`: there are pages, but they hold no text. */
  note: 'scanned' | null
}

/**
 * Why a document could not be read: it is not what its type says, it asks for a password, it is larger or unpacks to
 * more than is read here, or it took longer.
 */
export type ReadFailure = 'damaged' | 'encrypted' | 'too_large' | 'took_too_long'

/** Thrown by the readers of formats; what else they throw means that the file is damaged. */
export class Unreadable extends Error {
  readonly failure: ReadFailure
  constructor(failure: ReadFailure) {
    super(failure)
    this.failure = failure
  }
}

/** What one reading may take. */
export type ReadingLimits = {
  /** The file itself. */
  fileBytesMax: number
  /** What an archive (DOCX, XLSX) holds, by what it says and by what comes out. */
  unpackedBytesMax: number
  /** Files in an archive. */
  entriesMax: number
  /** Of all passages together. */
  charactersMax: number
  passagesMax: number
  /** A reading that nears it ends with what it has. */
  timeMsMax: number
  /** Of the process that reads, everything included. */
  memoryBytesMax: number
}

const mebi = 1024 ** 2

/** What holds unless the reader was given others. */
export const readingLimits: ReadingLimits = {
  fileBytesMax: 64 * mebi,
  unpackedBytesMax: 128 * mebi,
  entriesMax: 10_000,
  charactersMax: 4_000_000,
  passagesMax: 20_000,
  timeMsMax: 30_000,
  memoryBytesMax: 768 * mebi,
}

/** What the process that reads is asked. */
export type ReadTask = { mediaType: string; limits: ReadingLimits }
/** What it answers. */
export type ReadAnswer = Reading | { failure: ReadFailure }
