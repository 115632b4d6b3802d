// The upstream itself: reads a request, checks it, picks the behaviour that is next, plays it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Behaviour } from './behaviour.ts'
import { completionId, createdAt } from './completion.ts'
import { type Controls, handleControl } from './control.ts'
import { errorBody, type Fault, invalid, notFound, unauthorized } from './fault.ts'
import { parseJson } from './json.ts'
import { play } from './play.ts'
import { createRecorder, type RecordedRequest, type Recorder, type Served } from './record.ts'
import type { ChatRequest } from './request.ts'
import { faultScript, type Script, scriptOf } from './script.ts'
import { checkRequest, type UnknownFields } from './validate.ts'

/** How to start; everything has a default. */
export type UpstreamOptions = {
  /** Default 0: a free one. */
  port?: number
  /** `false` keeps no requests, for benches; counters go on. */
  record?: boolean
  /** Milliseconds between the events of the default answer. */
  delayMs?: number
  /** The only key taken; by default any bearer key is, with `null` none is asked for. */
  apiKey?: string | null
  /** Ids of `GET /v1/models`; when given, other models are a 404. */
  models?: readonly string[]
  /** Top-level fields OpenAI does not know; default `refuse`. The portal's own are refused in any case. */
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
  /** Checked bodies by their text: a bench repeats a few bodies many thousand times. */
  prepared: Map<string, Prepared>
}

type Prepared = { body: unknown; fault: Fault | undefined; id: string; script: Script | undefined }

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
  if (url.startsWith('/__')) handleControl(controls, exchange)
  else if (method === 'GET' && url === '/v1/models') sendModels(desk.options, exchange)
  else answer(desk, exchange)
}

function answer(desk: Desk, { req, res, raw }: Exchange): void {
  const { method = '', url: path = '', headers } = req
  const prepared = prepare(desk, raw)
  const track = desk.recorder.open({ method, path, headers, raw, body: prepared.body })
  res.on('close', () => desk.recorder.close(track, res.writableFinished))
  const fault = faultOf(desk.options, { req, prepared })
  play(fault ? faultScript(fault) : nextScript(desk, prepared), { res, track })
}

function faultOf(
  { apiKey, models }: UpstreamOptions,
  { req, prepared }: { req: IncomingMessage; prepared: Prepared },
): Fault | undefined {
  const { method, url: path, headers } = req
  if (method !== 'POST' || path !== '/v1/chat/completions')
    return notFound(`Invalid URL (${method} ${path})`, null)
  const fault = keyFault(apiKey, headers.authorization)
  if (fault) return fault
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? '')) {
    return invalid(null, 'The content-type must be application/json.')
  }
  if (prepared.fault) return prepared.fault
  const { model } = prepared.body as ChatRequest
  return models && !models.includes(model)
    ? notFound(`The model '${model}' does not exist.`, 'model_not_found')
    : undefined
}

function keyFault(apiKey: string | null | undefined, authorization = ''): Fault | undefined {
  if (apiKey === null) return undefined
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
  if (given === undefined) return unauthorized('No API key was given as a bearer token.')
  return apiKey === undefined || given === apiKey ? undefined : unauthorized('The API key is not correct.')
}

function nextScript(desk: Desk, prepared: Prepared): Script {
  const material = { request: prepared.body as ChatRequest, id: prepared.id }
  const next = desk.queue.shift()
  if (next) return scriptOf(next, material)
  prepared.script ??= scriptOf(desk.fallback, material)
  return prepared.script
}

function prepare(desk: Desk, raw: string): Prepared {
  const known = desk.prepared.get(raw)
  if (known) return known
  const body = parseJson(raw)
  const fault =
    body === undefined
      ? invalid(null, 'The body is not JSON.')
      : checkRequest(body, desk.options.unknownFields)
  const prepared = { body, fault, id: completionId(raw), script: undefined }
  if (desk.prepared.size >= preparedMax) desk.prepared.clear()
  if (raw.length <= preparedLengthMax) desk.prepared.set(raw, prepared)
  return prepared
}

function sendModels({ models = ['sandbox-model'], apiKey }: UpstreamOptions, { req, res }: Exchange): void {
  const fault = keyFault(apiKey, req.headers.authorization)
  const data = models.map((id) => ({ id, object: 'model', created: createdAt, owned_by: 'sandbox' }))
  res
    .writeHead(fault?.status ?? 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(fault ? errorBody(fault) : { object: 'list', data }))
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
