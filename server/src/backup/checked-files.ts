// Files that can be told from damaged ones.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Written } from './manifest.ts'

/** Writes a new file that is on the disk once this resolves, readable by its owner alone; `isZipped` gzips it. */
export async function writeChecked(
  path: string,
  source: Readable,
  { isZipped = false } = {},
): Promise<Written> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  let bytes = 0
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })
  await (isZipped ? pipeline(source, createGzip({ level: 3 }), tap, file) : pipeline(source, tap, file))
  return { bytes, sha256: hash.digest('hex') }
}

/** @throws Error where the file is missing or not as it was written */
export async function check(path: string, { bytes, sha256 }: Written): Promise<void> {
  const hash = createHash('sha256')
  let found = 0
  const isFile = await lstat(path).then(
    (stats) => stats.isFile(),
    () => true,
  )
  if (!isFile) throw new Error(`The backup is damaged: ${path} is no file.`)
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk)
      found += chunk.length
    }
  } catch (cause) {
    throw new Error(`The backup is not whole: ${path} cannot be read.`, { cause })
  }
  if (found === bytes && hash.digest('hex') === sha256) return
  throw new Error(`The backup is damaged: ${path} is not as it was written.`)
}

/** The values of a file of lines of JSON. */
export async function* readLines(path: string, { isZipped = false } = {}): AsyncIterable<unknown> {
  const file = createReadStream(path)
  for await (const line of createInterface({ input: isZipped ? file.pipe(createGunzip()) : file }))
    yield JSON.parse(line)
}

/** Values as lines of JSON. */
export const linesOf = (values: AsyncIterable<unknown> | Iterable<unknown>): Readable =>
  Readable.from(
    (async function* lines() {
      for await (const value of values) yield Buffer.from(`${JSON.stringify(value)}\n`)
    })(),
  )
