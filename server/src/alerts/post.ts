import { Client, type Dispatcher } from 'undici'
import { lookupWithin, portOf } from '../reach/index.ts'
import type { Target } from './outgoing-address.ts'

/** How an address answered, or why it did not. */
export type Answer = { status: number; response: string } | { error: string }

type Message = { body: string; headers: Record<string, string> }

const timeMsMax = 15_000
const connectTimeoutMs = 5_000
/** What of an answer is kept: enough to see what is wrong. */
const keptBytesMax = 1024

/**
 * Posts JSON to an address that is judged once more; none is told like a name that does not exist. Redirects are not
 * followed.
 * @throws the reason of the signal, where that ends it: nothing is known of the address then
 */
export async function post(target: Target | null, message: Message, ended: AbortSignal): Promise<Answer> {
  if (!target) return { error: unreachable }
  const { url, mayReach } = target
  const signal = AbortSignal.any([ended, AbortSignal.timeout(timeMsMax)])
  const client = new Client(url.origin, {
    connect: { lookup: lookupWithin(mayReach, portOf(url)), timeout: connectTimeoutMs },
  })
  try {
    const answer = await client.request({
      method: 'POST',
      path: url.pathname + url.search,
      headers: { 'content-type': 'application/json', 'user-agent': 'llm-portal', ...message.headers },
      body: message.body,
      signal,
    })
    // Destroyed below with whatever was not read.
    answer.body.on('error', () => {})
    return { status: answer.statusCode, response: await beginningOf(answer.body) }
  } catch (error) {
    ended.throwIfAborted()
    return { error: signal.aborted ? `It took longer than ${timeMsMax / 1000} seconds.` : reasonOf(error) }
  } finally {
    await client.destroy()
  }
}

async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= keptBytesMax) break
  }
  // PostgreSQL takes no NUL.
  return Buffer.concat(chunks).toString('utf8', 0, keptBytesMax).replaceAll('\0', '')
}

const unreachable = 'No public address could be reached under this name.'

const reasons: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens there: the connection was refused.',
  ECONNRESET: 'The connection was cut.',
  UND_ERR_SOCKET: 'The connection was cut.',
  UND_ERR_CONNECT_TIMEOUT: 'No connection could be made in time.',
  CERT_HAS_EXPIRED: 'Its certificate has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is signed by nobody known.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate is signed by nobody known.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Its certificate is for another name.',
}

/** A name that does not exist and one that leads within are told alike: what there is within is nobody's business. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? unreachable
}
