import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'
import { nestsDeeperThan } from './nesting.ts'

const depthMax = 128
/** How long a body may take to arrive. */
const patienceMs = 120_000
const jsonType = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

/**
 * Reads a JSON body: `{ text, value }`, or null for an empty one.
 * @throws AppError unsupported_media_type, body_too_large and request_timeout (while reading), invalid_json
 */
export async function readJson(req: IncomingMessage, bytesMax: number): Promise<JsonBody | null> {
  if (tooLarge(req, bytesMax)) throw refuseLarge(bytesMax)
  const bytes = await readBytes(req, bytesMax)
  if (bytes.length === 0) return null
  checkJsonHeaders(req)
  return parseJson(bytes)
}

/** A body as it was sent, and what it says. */
export type JsonBody = { text: string; value: unknown }

function checkJsonHeaders(req: IncomingMessage): void {
  const type = req.headers['content-type'] ?? ''
  if (!jsonType.test(type)) throw new AppError('unsupported_media_type')
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1]
  if (charset && !/^utf-?8$/i.test(charset)) {
    throw new AppError('unsupported_media_type', {
      message: `Send the body in UTF-8: the charset "${charset.slice(0, 40)}" is not taken here.`,
    })
  }
  const encoding = req.headers['content-encoding']
  if (encoding && encoding !== 'identity') {
    throw new AppError('unsupported_media_type', {
      message: `Send the body without content-encoding: "${encoding}" is not taken here.`,
    })
  }
}

function parseJson(bytes: Buffer): JsonBody {
  if (!isUtf8(bytes)) {
    throw new AppError('invalid_json', { message: 'The request body is not valid UTF-8.' })
  }
  const text = bytes.toString('utf8')
  if (nestsDeeperThan(depthMax, text)) {
    throw new AppError('invalid_json', { message: `The request body nests deeper than ${depthMax} levels.` })
  }
  try {
    return { text, value: JSON.parse(text) }
  } catch (cause) {
    const message = `The request body is not valid JSON: ${(cause as Error).message}.`
    throw new AppError('invalid_json', { message, cause })
  }
}

const tooLarge = (req: IncomingMessage, bytesMax: number): boolean =>
  Number(req.headers['content-length'] ?? 0) > bytesMax

// The connection is closed: what is left of an oversized body is not worth reading.
const refuseLarge = (bytesMax: number): AppError =>
  new AppError('body_too_large', {
    message: `The request body is larger than the ${Math.floor(bytesMax / 1024)} KiB taken here.`,
    headers: { connection: 'close' },
  })

function readBytes(req: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const patience = setTimeout(() => {
      req.removeAllListeners('data').pause()
      reject(new AppError('request_timeout', { headers: { connection: 'close' } }))
    }, patienceMs)
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > bytesMax) {
        req.removeAllListeners('data').pause()
        reject(refuseLarge(bytesMax))
      } else chunks.push(chunk)
    })
    req.on('end', () => {
      clearTimeout(patience)
      // The request lives on with these listeners, the chunks need not.
      const all = chunks.splice(0)
      resolve(all.length === 1 && all[0] ? all[0] : Buffer.concat(all))
    })
    req.on('error', (cause) => reject(new AppError('client_closed', { cause })))
    req.on('close', () => {
      clearTimeout(patience)
      if (!req.complete) reject(new AppError('client_closed'))
    })
  })
}
