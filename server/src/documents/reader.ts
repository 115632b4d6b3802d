import { stat } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { AppError } from '../errors.ts'
import { createIsolation, type Outcome } from '../isolation/index.ts'
import type { FileType } from './file-type.ts'
import {
  type ReadAnswer,
  type ReadFailure,
  type Reading,
  type ReadingLimits,
  type ReadTask,
  readingLimits,
} from './reading.ts'

/** Reads people's documents, each in a process of its own. */
export type DocumentReader = {
  /**
   * Reads the file at `path` as what `recogniseType` said it is.
   * @throws AppError draining after `close`; the file system's error when the file cannot be opened
   */
  read(path: string, type: FileType): Promise<Reading | { failure: ReadFailure }>
  /** How many are read at once; others wait. */
  readonly atOnceMax: number
  /** Ends what is being read; resolves when no process is left. */
  close(): Promise<void>
}

type DocumentReaderOptions = {
  log?: { warn(fields: object, message: string): void }
  limits?: Partial<ReadingLimits>
  /** How many documents are read at once; as many as the machine has room for unless said, one to four. */
  processesMax?: number
}

/** Creates a reader; documents that come together wait for each other. */
export function createDocumentReader(options: DocumentReaderOptions = {}): DocumentReader {
  const limits = { ...readingLimits, ...options.limits }
  const atOnceMax = options.processesMax ?? roomFor(limits.memoryBytesMax)
  const isolation = createIsolation<ReadTask, ReadAnswer>({
    program: new URL('./reader-process.ts', import.meta.url),
    bounds: limits,
    processesMax: atOnceMax,
    onCrash: (said) => options.log?.warn({ said }, 'a document ended the process that read it'),
  })

  return {
    atOnceMax,
    async read(path, type) {
      if ((await stat(path)).size > limits.fileBytesMax) return { failure: 'too_large' }
      return answerFrom(await isolation.run(path, { mediaType: type.mediaType, limits }))
    },
    close: isolation.close,
  }
}

const processesMost = 4

/** As many processes as there are cores beside the portal's own, and as a quarter of the memory holds. */
function roomFor(memoryBytesMax: number): number {
  const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  const processes = Math.min(availableParallelism() - 1, Math.floor(memoryBytes / 4 / memoryBytesMax))
  return Math.max(1, Math.min(processes, processesMost))
}

function answerFrom(outcome: Outcome<ReadAnswer>): ReadAnswer {
  if ('answer' in outcome) return outcome.answer
  if (outcome.breach === 'closed') throw new AppError('draining')
  return { failure: failures[outcome.breach] }
}

const failures = { time: 'took_too_long', memory: 'too_large', crash: 'damaged' } as const
