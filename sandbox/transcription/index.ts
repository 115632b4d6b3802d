// A stand-in for a server with OpenAI's POST /v1/audio/transcriptions, for tests.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readWav } from './wav.ts'

/** What it was asked. */
export type TranscriptionRequest = {
  authorization: string | undefined
  model: string
  language: string | null
  fileName: string
  seconds: number
}

/** What it answers with: words, whatever else its JSON holds, an error, or nothing at all. */
export type Transcript = string | { json: unknown } | { status: number; body?: string } | 'silence'

/** A running stand-in. */
export type TranscriptionServer = {
  /** Base URL ending in `/v1`. */
  url: string
  /** The requests that were good, in order of arrival. */
  requests: TranscriptionRequest[]
  /** What was wrong with others. */
  faults: string[]
  /** The next requests get these, in order; others `word` and their number. */
  enqueue: (...transcripts: Transcript[]) => void
  /** Back to the start: no requests, an empty queue. */
  reset: () => void
  /** Requests whose client has left before the answer. */
  readonly aborted: number
  close: () => Promise<void>
}

/** Starts one on a free port; it refuses whatever is no form with a WAV file of 16 kHz in it. */
export async function startTranscription(): Promise<TranscriptionServer> {
  const requests: TranscriptionRequest[] = []
  const faults: string[] = []
  const queue: Transcript[] = []
  let aborted = 0
  const server = createServer(async (req, res) => {
    res.once('close', () => {
      if (!res.writableFinished) aborted += 1
    })
    try {
      requests.push(await readRequest(req))
      answer(res, queue.shift() ?? `word ${requests.length}`)
    } catch (fault) {
      faults.push(String(fault))
      answer(res, { status: 400 })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    faults,
    enqueue: (...transcripts) => void queue.push(...transcripts),
    reset() {
      requests.length = 0
      queue.length = 0
    },
    get aborted() {
      return aborted
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readRequest(req: IncomingMessage): Promise<TranscriptionRequest> {
  const { method, url, headers } = req
  if (method !== 'POST' || url !== '/v1/audio/transcriptions') throw new Error(`${method} ${url}`)
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (Number(headers['content-length']) !== body.length) throw new Error('no content-length')
  const sent = new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  })
  const form = await sent.formData()
  const file = form.get('file')
  if (!(file instanceof File)) throw new Error('no file')
  if (form.get('response_format') !== 'json') throw new Error('response_format')
  const language = form.get('language')
  return {
    authorization: headers.authorization,
    model: String(form.get('model')),
    language: language === null ? null : String(language),
    fileName: file.name,
    seconds: readWav(Buffer.from(await file.arrayBuffer())).seconds,
  }
}

function answer(res: ServerResponse, transcript: Transcript): void {
  if (transcript === 'silence') return
  if (typeof transcript !== 'string' && 'status' in transcript) {
    res.writeHead(transcript.status, { 'content-type': 'application/json' })
    res.end(transcript.body ?? '{"error":{"message":"No."}}')
    return
  }
  const json = typeof transcript === 'string' ? { text: transcript } : transcript.json
  res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json))
}
