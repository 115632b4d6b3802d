import { stat } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import { createIsolation } from '../isolation/index.ts'
import type { PictureAnswer, PictureTask } from './picture.ts'

const mebi = 1024 ** 2

const pictureLimits = {
  /** The file itself. */
  fileBytesMax: 64 * mebi,
  /** Width times height before anything is done: the largest of telephones' cameras, with room. */
  pixelsMax: 128_000_000,
  timeMsMax: 20_000,
  memoryBytesMax: 1024 * mebi,
}

/** Pictures made from people's pictures, each in a process of its own: keep what comes back. */
export type Pictures = {
  /**
   * A WebP of at most 320 pixels a side.
   * @throws AppError draining after `close`; the file system's error when the file cannot be opened
   */
  thumbnail(path: string): Promise<PictureAnswer>
  /**
   * A JPEG or PNG that every model's server takes: at most 1568 pixels a side and 3.75 MiB (5 MiB in base64), drawings
   * as pixels.
   * @throws AppError draining after `close`; the file system's error when the file cannot be opened
   */
  pictureForModel(path: string): Promise<PictureAnswer>
  /** Ends what is under way; resolves when no process is left. */
  close(): Promise<void>
}

type PicturesOptions = {
  log?: { warn(fields: object, message: string): void }
  limits?: Partial<typeof pictureLimits>
  /** How many pictures are drawn at once; one unless said. */
  processesMax?: number
}

/** Creates what draws pictures; those that come together wait for each other. */
export function createPictures(options: PicturesOptions = {}): Pictures {
  const limits = { ...pictureLimits, ...options.limits }
  const isolation = createIsolation<PictureTask, PictureAnswer>({
    program: new URL('./picture-process.ts', import.meta.url),
    bounds: limits,
    processesMax: options.processesMax ?? 1,
    hasAddons: true,
    onCrash: (said) => options.log?.warn({ said }, 'a picture ended the process that drew it'),
  })

  async function draw(path: string, use: PictureTask['use']): Promise<PictureAnswer> {
    if ((await stat(path)).size > limits.fileBytesMax) return { failure: 'too_large' }
    const outcome = await isolation.run(path, { use, pixelsMax: limits.pixelsMax })
    if ('answer' in outcome) return outcome.answer
    if (outcome.breach === 'closed') throw new AppError('draining')
    return { failure: failures[outcome.breach] }
  }

  return {
    thumbnail: (path) => draw(path, 'thumbnail'),
    pictureForModel: (path) => draw(path, 'model'),
    close: isolation.close,
  }
}

const failures = { time: 'took_too_long', memory: 'too_large', crash: 'damaged' } as const
