import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'undici'
import { z } from 'zod'

/** A server that lists its models. */
export type ListingServer = { kind: 'openai' | 'anthropic'; baseUrl: string; apiKey: string | null }

/** A server's answer, when that is no list of models. */
export class NoListError extends Error {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string

  constructor(url: string, answer: { status: number; headers: IncomingHttpHeaders; body: string }) {
    super(`${url} answered ${answer.status}`)
    this.status = answer.status
    this.headers = answer.headers
    this.body = answer.body
  }
}

const ModelList = z.object({ data: z.array(z.object({ id: z.string().min(1) })) })
const bytesMax = 8 * 1024 * 1024

/**
 * The ids of the models that a server lists; no redirect is followed.
 * @throws NoListError for any other answer, and what undici throws when none comes in time
 */
export async function listModels(server: ListingServer, timeoutMs = 5000): Promise<string[]> {
  const { url, headers } = questionFor(server)
  const answer = await request(url, { headers, signal: AbortSignal.timeout(timeoutMs) })
  const body = await textOf(answer.body)
  const list = answer.statusCode === 200 ? ModelList.safeParse(parsed(body)) : null
  if (list?.success) return list.data.data.map(({ id }) => id)
  throw new NoListError(url, { status: answer.statusCode, headers: answer.headers, body })
}

function questionFor({ kind, baseUrl, apiKey }: ListingServer) {
  const root = baseUrl.replace(/\/+$/, '')
  if (kind === 'openai') {
    const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {}
    return { url: `${root}/models`, headers }
  }
  const headers = { 'anthropic-version': '2023-06-01', ...(apiKey && { 'x-api-key': apiKey }) }
  return { url: `${root.replace(/\/v1$/, '')}/v1/models?limit=1000`, headers }
}

/** As much of it as a list may be long. */
async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > bytesMax) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
