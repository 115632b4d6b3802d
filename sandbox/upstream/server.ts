// The upstream itself: reads a request, checks it, picks the behaviour that is next, plays it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { anthropicModels, anthropicUnknownPath, countTokens, messages } from './anthropic/index.ts'
import type { Behaviour } from './behaviour.ts'
import { type Controls, handleControl } from './control.ts'
import {
  type Call,
  type DialectName,
  type Endpoint,
  isCall,
  type Reading,
  type Refusal,
  type UnknownFields,
} from './dialect.ts'
import { parseJson } from './json.ts'
import { chatCompletions, openAiModels, openAiUnknownPath } from './openai/index.ts'
import { play } from './play.ts'
import { createRecorder, type RecordedRequest, type Recorder, type Served } from './record.ts'
import { refusalScript, type Script, scriptOf } from './script.ts'

/** How to start; everything has a default. */
export type UpstreamOptions = {
  /** Default 0: a free one. */
  port?: number
  /** `false` keeps no requests, for benches; counters go on. */
  record?: boolean
  /** Milliseconds between the events of the default answer. */
  delayMs?: number
  /** The only key taken, as a bearer token or as `x-api-key`; by default any is, with `null` none is asked for. */
  apiKey?: string | null
  /** Ids of `GET /v1/models`; when given, other models are a 404. */
  models?: readonly string[]
  /** Fields the vendor does not know; default `refuse`, but `accept` with `anthropic-beta`. The portal's own are refused in any case. */
  unknownFields?: UnknownFields
}

/** A running upstream. */
export type Upstream = {
  /** Base URL ending in `/v1`. */
  url: string
  /** Every request but model lists, in order of arrival; the same list for as long as the upstream lives. */
  requests: RecordedRequest[]
  served: Served
  /** The next requests that pass the checks take these, in order. */
  enqueue: (...behaviours: Behaviour[]) => void
  /** What requests get when the queue is empty. */
  setDefault: (behaviour: Behaviour) => void
  /** Back to the start: empty queue, first default, no requests, counters at zero. Answers under way go on. */
  reset: () => void
  /** Destroys every connection and frees the port. */
  close: () => Promise<void>
}

/** What the requests of one upstream share. */
type Desk = {
  options: UpstreamOptions
  recorder: Recorder
  queue: Behaviour[]
  fallback: Behaviour
  /** By endpoint and reading, checked bodies by their text: a bench repeats a few bodies many thousand times. */
  prepared: Map<string, Map<string, Prepared>>
}

type Prepared = { body: unknown; opened: Call | Refusal; script: Script | undefined }

const endpoints: Record<string, Endpoint> = {
  'POST /v1/chat/completions': chatCompletions,
  'POST /v1/messages': messages,
  'POST /v1/messages/count_tokens': countTokens,
}

const preparedMax = 256
const preparedLengthMax = 16_384

/** Starts an upstream on 127.0.0.1. */
export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const first: Behaviour = { kind: 'answer', ...(options.delayMs && { delayMs: options.delayMs }) }
  const recorder = createRecorder(options.record !== false)
  const desk: Desk = { options, recorder, queue: [], fallback: first, prepared: new Map() }
  const setDefault = (behaviour: Behaviour) => {
    desk.fallback = behaviour
    desk.prepared.clear()
  }
  const controls = {
    requests: recorder.requests,
    served: recorder.served,
    enqueue: (...behaviours: Behaviour[]) => void desk.queue.push(...behaviours),
    setDefault,
    reset() {
      desk.queue.length = 0
      setDefault(first)
      recorder.reset()
    },
  }
  // Idle connections stay open: a pooled client must never meet a close that no script asked for.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (req, res) =>
    receive(req, (raw) => route({ desk, controls }, { req, res, raw })),
  )
  await listen(server, options.port ?? 0)
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/v1`, ...controls, close: () => close(server) }
}

type Exchange = { req: IncomingMessage; res: ServerResponse; raw: string }

function route({ desk, controls }: { desk: Desk; controls: Controls }, exchange: Exchange): void {
  const { url = '', method } = exchange.req
  const [path = ''] = url.split('?')
  const name = `${method} ${path}`
  const endpoint = endpoints[name]
  if (endpoint) answer(desk, { name, endpoint }, exchange)
  else if (path.startsWith('/__')) handleControl(controls, exchange)
  else if (name === 'GET /v1/models') sendModels(desk.options, exchange)
  else answerUnknownPath(desk, exchange)
}

function answer(
  desk: Desk,
  { name, endpoint }: { name: string; endpoint: Endpoint },
  exchange: Exchange,
): void {
  const { headers } = exchange.req
  const asked = endpoint.readingOf(headers)
  const reading: Reading = { ...asked, unknownFields: desk.options.unknownFields ?? asked.unknownFields }
  const prepared = prepare(desk, exchange.raw, { name, endpoint, reading })
  const refusal = endpoint.checkHeaders({ headers, raw: exchange.raw, apiKey: desk.options.apiKey })
  const script = refusal ? refusalScript(refusal) : nextScript(desk, prepared)
  send(desk, { ...exchange, dialect: endpoint.dialect, body: prepared.body }, script)
}

function answerUnknownPath(desk: Desk, exchange: Exchange): void {
  const { method, url = '', headers } = exchange.req
  const dialect = 'anthropic-version' in headers ? 'anthropic' : 'openai'
  const refusal =
    dialect === 'anthropic' ? anthropicUnknownPath(url, exchange.raw) : openAiUnknownPath(`${method} ${url}`)
  send(desk, { ...exchange, dialect, body: parseJson(exchange.raw) }, refusalScript(refusal))
}

function send(
  desk: Desk,
  { req, res, raw, dialect, body }: Exchange & { dialect: DialectName; body: unknown },
  script: Script,
): void {
  const { method = '', url: path = '', headers } = req
  const track = desk.recorder.open({ dialect, method, path, headers, raw, body })
  res.on('close', () => desk.recorder.close(track, res.writableFinished))
  play(script, { res, track })
}

function nextScript(desk: Desk, prepared: Prepared): Script {
  const { opened } = prepared
  if (!isCall(opened)) return refusalScript(opened)
  const next = desk.queue.shift()
  if (next) return scriptOf(next, opened)
  prepared.script ??= scriptOf(desk.fallback, opened)
  return prepared.script
}

type Place = { name: string; endpoint: Endpoint; reading: Reading }

function prepare(desk: Desk, raw: string, { name, endpoint, reading }: Place): Prepared {
  const lane = `${name} ${reading.version} ${reading.unknownFields}`
  const shelf = desk.prepared.get(lane) ?? new Map<string, Prepared>()
  desk.prepared.set(lane, shelf)
  const known = shelf.get(raw)
  if (known) return known
  const body = parseJson(raw)
  const opened = endpoint.open({ raw, body, reading })
  const { models } = desk.options
  const isUnknown = isCall(opened) && models !== undefined && !models.includes(opened.model)
  const prepared = {
    body,
    opened: isUnknown ? endpoint.unknownModel(opened.model, raw) : opened,
    script: undefined,
  }
  if (shelf.size >= preparedMax) shelf.clear()
  if (raw.length <= preparedLengthMax) shelf.set(raw, prepared)
  return prepared
}

function sendModels({ models = ['sandbox-model'], apiKey }: UpstreamOptions, { req, res }: Exchange): void {
  const { headers } = req
  const list = 'anthropic-version' in headers ? anthropicModels : openAiModels
  const { status, body } = list(models, { headers, apiKey })
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function receive(req: IncomingMessage, done: (raw: string) => void): void {
  const parts: Buffer[] = []
  req.on('data', (part: Buffer) => parts.push(part))
  req.on('end', () => done(parts.length === 1 ? String(parts[0]) : Buffer.concat(parts).toString()))
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
