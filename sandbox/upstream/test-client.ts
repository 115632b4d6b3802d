// A client for the tests that keeps every read apart: each written piece is one HTTP chunk, so one `data` event.
import { type ClientRequest, type IncomingMessage, request } from 'node:http'

/** What a client saw of one answer. */
export type Seen = {
  status: number
  headers: IncomingMessage['headers']
  reads: Buffer[]
  text: string
  /** False when the connection broke before the end. */
  complete: boolean
}

/** A question in the least shape that passes. */
export const question = (text: string, extra: object = {}) => ({
  model: 'sandbox-model',
  messages: [{ role: 'user', content: text }],
  ...extra,
})

/** A path below the base URL, and the headers that its dialect wants. */
export type Target = { path: string; headers: Record<string, string> }

const chat: Target = { path: '/chat/completions', headers: { authorization: 'Bearer sk-test' } }

/** Anthropic's messages, for `ask`, `open` and `send`. */
export const messages: Target = {
  path: '/messages',
  headers: { 'x-api-key': 'sk-test', 'anthropic-version': '2023-06-01' },
}

/** Sends a body and waits for headers; the caller reads on or destroys. */
export function open(
  url: string,
  body: unknown,
  target?: Target,
): Promise<{ req: ClientRequest; res: IncomingMessage }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ req: ClientRequest; res: IncomingMessage }>()
  const req = send(url, body, target)
  req.on('response', (res) => resolve({ req, res }))
  req.on('error', reject)
  return promise
}

/** Sends a body without waiting for anything. */
export function send(url: string, body: unknown, target: Target = chat): ClientRequest {
  const headers = { ...target.headers, 'content-type': 'application/json' }
  const req = request(url + target.path, { method: 'POST', headers, agent: false })
  req.end(typeof body === 'string' ? body : JSON.stringify(body))
  return req
}

/** Sends a body and reads the answer to its end or break. */
export async function ask(url: string, body: unknown, target?: Target): Promise<Seen> {
  const { res } = await open(url, body, target)
  const reads: Buffer[] = []
  res.on('data', (read: Buffer) => reads.push(read))
  await new Promise<void>((resolve) => {
    res.on('close', resolve)
    res.on('error', () => {})
  })
  const { statusCode: status = 0, headers, complete } = res
  return { status, headers, reads, text: Buffer.concat(reads).toString(), complete }
}

/** The data of every event of a stream with `\n` line ends. */
export function dataOf(text: string): string[] {
  return text.split('\n\n').flatMap((event) => (event.startsWith('data: ') ? [event.slice(6)] : []))
}

/** A chunk or body as far as the tests look into it. */
export type Chunk = {
  id: string
  choices: {
    index: number
    delta: Record<string, unknown>
    message: Record<string, unknown>
    finish_reason: string | null
  }[]
  usage?: Record<string, unknown> | null
  error?: { message: string; type: string; param: string | null; code: unknown }
}

/** The parsed chunks of a stream; `[DONE]` is left out. */
export function chunksOf(text: string): Chunk[] {
  return dataOf(text)
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data))
}

/** One event of Anthropic's stream: the name on its `event:` line and its parsed data. */
export type NamedEvent = { name: string | undefined; data: Record<string, unknown> & { type: string } }

/** The events of a stream with `\n` line ends and one `data:` line each. */
export function namedEventsOf(text: string): NamedEvent[] {
  return text.split('\n\n').flatMap((event) => {
    const [, data] = /^data: (.*)$/m.exec(event) ?? []
    return data === undefined
      ? []
      : [{ name: /^event: (.*)$/m.exec(event)?.[1], data: JSON.parse(data) as NamedEvent['data'] }]
  })
}
