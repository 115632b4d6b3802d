// A form with files, written to disk as it arrives: its size is bounded while it is read, and nothing of it is believed.
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy'
import { fileLimits, newId } from '@portal/contract'
import { AppError } from '../errors.ts'

/** A file that has arrived: at `path` until somebody takes it or `discard` is called. */
export type Received = { path: string; name: string; bytes: number }

type Bounds = { directory: string; filesMax: number }

/**
 * Reads the files of a form, at least one.
 * @throws AppError unsupported_media_type, invalid_request, body_too_large, request_timeout, client_closed; then nothing is left of it
 */
export async function receiveFiles(req: IncomingMessage, bounds: Bounds): Promise<Received[]> {
  await mkdir(bounds.directory, { recursive: true, mode: 0o700 })
  const received: Received[] = []
  try {
    await readForm(req, bounds, received)
    if (received.length === 0) throw new AppError('invalid_request', { message: noFile, param: 'file' })
    return received
  } catch (error) {
    await discard(received)
    throw error
  }
}

/** Removes what nobody took. */
export const discard = (received: readonly Received[]): Promise<unknown> =>
  Promise.all(received.map(({ path }) => rm(path, { force: true })))

const noFile = 'Send the file as a part of a multipart/form-data body, with a file name.'

/** Resolves when the whole form has been read and every file of it is on disk. */
function readForm(req: IncomingMessage, bounds: Bounds, received: Received[]): Promise<void> {
  const form = openForm(req, bounds)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const writing: Promise<void>[] = []
  const over = new AbortController()
  const fail = (error: unknown): void => {
    req.unpipe(form)
    // What is left of it is not worth reading.
    reject(error)
  }
  form.on('file', (_field, stream, name) => {
    const file = { path: join(bounds.directory, newId('file')), name: cleanName(name), bytes: 0 }
    received.push(file)
    writing.push(writeFile(stream, file, over.signal))
    writing.at(-1)?.catch(fail)
  })
  form.on('filesLimit', () => fail(tooMany(bounds.filesMax)))
  form.on('fieldsLimit', () => fail(new AppError('invalid_request', { message: malformed })))
  form.on('partsLimit', () => fail(new AppError('invalid_request', { message: malformed })))
  form.on('error', (cause) => fail(new AppError('invalid_request', { message: malformed, cause })))
  form.on('finish', () => void Promise.all(writing).then(() => resolve(), fail))
  req.setTimeout(patienceMs, () =>
    fail(new AppError('request_timeout', { headers: { connection: 'close' } })),
  )
  req.on('close', () => {
    if (!req.complete) fail(new AppError('client_closed'))
  })
  req.on('error', (cause) => fail(new AppError('client_closed', { cause })))
  req.pipe(form)
  return promise.finally(async () => {
    // The form itself ends none of its files.
    over.abort()
    form.destroy()
    await Promise.allSettled(writing)
  })
}

/** How long nothing may arrive. */
const patienceMs = 30_000

const malformed = 'The request body is not a well-formed multipart/form-data body.'

/** @throws AppError unsupported_media_type, invalid_request */
function openForm({ headers }: IncomingMessage, { filesMax }: Bounds) {
  if (!/^multipart\/form-data\s*;/i.test(headers['content-type'] ?? '')) {
    throw new AppError('unsupported_media_type', {
      message: 'Send the file as multipart/form-data, in a part with a file name.',
    })
  }
  const limits = {
    ...{
      files: filesMax,
      fileSize: fileLimits.bytesMax,
      fields: 10,
      fieldSize: 10_000,
      parts: filesMax + 11,
    },
    ...{ fieldNameSize: 200, headerPairs: 20, headerSize: 16_384 },
  }
  try {
    return new Busboy({ headers: headers as BusboyHeaders, limits })
  } catch (cause) {
    throw new AppError('invalid_request', { message: malformed, cause })
  }
}

async function writeFile(stream: BusboyFileStream, file: Received, signal: AbortSignal): Promise<void> {
  await pipeline(stream, createWriteStream(file.path, { mode: 0o600 }), { signal })
  file.bytes = stream.bytesRead
  if (stream.truncated) throw tooLarge(file.name)
}

const mebibytes = fileLimits.bytesMax / 1024 / 1024

const tooLarge = (name: string): AppError =>
  new AppError('body_too_large', {
    message: `“${name}” is larger than the ${mebibytes} MB that a file may have.`,
    param: name,
    headers: { connection: 'close' },
  })

const tooMany = (filesMax: number): AppError =>
  new AppError('invalid_request', {
    message:
      filesMax === 1
        ? 'Send one file at a time.'
        : `A message has ${filesMax} files at most. Send the others with another one.`,
    param: 'files',
    headers: { connection: 'close' },
  })

/** The last part of a path, on one line, without characters that hide or turn round what follows. */
function cleanName(given: string | undefined): string {
  const last = (given ?? '').toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const name = last.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim()
  if (name.length <= nameLengthMax) return name || 'file'
  const ending = /\.\w{1,10}$/.exec(name)?.[0] ?? ''
  return `${name.slice(0, nameLengthMax - ending.length).toWellFormed()}${ending}`
}

const nameLengthMax = 200
