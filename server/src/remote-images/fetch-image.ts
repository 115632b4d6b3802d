import { Client, type Dispatcher } from 'undici'
import { AppError } from '../errors.ts'
import { isWebAddress, lookupWithin, type MayReach, mayBeReached, portOf } from '../reach/index.ts'

/** How long an image may take, from the first look-up to its last byte, and how large it may be. */
export type FetchLimits = { timeMsMax: number; bytesMax: number }

const redirectsMax = 3
const connectTimeoutMs = 5000
const redirects = new Set([301, 302, 303, 307, 308])
const headers = {
  accept: 'image/webp,image/png,image/jpeg,image/gif',
  'accept-encoding': 'identity',
  // Some servers refuse whoever gives no name. Nothing else is told: neither who asks nor from which page.
  'user-agent': 'llm-portal',
}

type Asking = { mayReach: MayReach; signal: AbortSignal; bytesMax: number }

/**
 * The bytes at a web address, whatever they are. Every address on the way is judged, and asked without cookies.
 * @throws AppError invalid_request, body_too_large, upstream_error, upstream_unreachable, upstream_timeout
 */
export async function fetchImage(
  address: string,
  mayReach: MayReach,
  { timeMsMax, bytesMax }: FetchLimits,
): Promise<Buffer> {
  const signal = AbortSignal.timeout(timeMsMax)
  const asking = { mayReach, signal, bytesMax }
  let url = webAddress(address, mayReach)
  for (let hops = 0; hops <= redirectsMax; hops++) {
    const answer = await ask(url, asking)
    if (Buffer.isBuffer(answer)) return answer
    url = webAddress(answer.location, mayReach, url)
  }
  throw failure('This address leads from one to the next and to no picture.')
}

/** @throws AppError invalid_request */
function webAddress(text: string, mayReach: MayReach, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (!url || !isWebAddress(url))
    throw refusal('Pictures are loaded from http:// and https:// addresses without a name and password.')
  if (!mayBeReached(url, mayReach)) throw refusal('Pictures are loaded from public addresses alone.')
  return url
}

const refusal = (message: string) => new AppError('invalid_request', { message, param: 'url' })

/** @returns the bytes, or where they are instead */
async function ask(url: URL, asking: Asking): Promise<Buffer | { location: string }> {
  const { mayReach, signal, bytesMax } = asking
  const client = new Client(url.origin, {
    connect: { lookup: lookupWithin(mayReach, portOf(url)), timeout: connectTimeoutMs },
  })
  try {
    const answer = await client.request({ method: 'GET', path: url.pathname + url.search, headers, signal })
    // Destroyed below with whatever was not read.
    answer.body.on('error', () => {})
    const { statusCode, headers: said } = answer
    const location = [said.location].flat()[0]
    if (redirects.has(statusCode) && location !== undefined) return { location }
    if (statusCode !== 200) throw failure(`The picture’s server answered with status ${statusCode}.`)
    if (Number(said['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax)
    return await readBytes(answer.body, bytesMax)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw signal.aborted ? tooSlow(cause) : unreachable(cause)
  } finally {
    await client.destroy()
  }
}

async function readBytes(body: Dispatcher.ResponseData['body'], bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bytesMax) throw tooLarge(bytesMax)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const failure = (message: string) => new AppError('upstream_error', { message })

const tooLarge = (bytesMax: number) =>
  new AppError('body_too_large', {
    message: `This picture is larger than the ${Math.floor(bytesMax / 1024 ** 2)} MB that are loaded.`,
  })

const tooSlow = (cause: unknown) =>
  new AppError('upstream_timeout', { message: 'The picture’s server took too long.', cause })

// Also where its name leads to a private address: what names there are within is told to nobody.
const unreachable = (cause: unknown) =>
  new AppError('upstream_unreachable', { message: 'The picture’s server could not be reached.', cause })
