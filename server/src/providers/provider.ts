import type { IncomingHttpHeaders } from 'node:http'
import type { AnswerEvent, NeutralRequest, Restore } from '../neutral/index.ts'
import type { Exchange, Receiver, Transport } from './transport.ts'

/** Tokens as an upstream reported them; null where it said nothing, which is not zero. */
export type ReportedUsage = {
  /** All input: what was read from a cache and what was written to one included. */
  input: number | null
  cached: number | null
  cacheWritten: number | null
  /** All output, reasoning included. */
  output: number | null
  reasoning: number | null
}

export const noUsage: ReportedUsage = {
  input: null,
  cached: null,
  cacheWritten: null,
  output: null,
  reasoning: null,
}

/** Why an attempt failed, in terms the router and the error mapping understand. */
export type UpstreamFailure = {
  kind: 'unreachable' | 'timeout' | 'status' | 'stream' | 'malformed'
  /** The upstream's HTTP status, where it gave one. */
  status: number | null
  /** What the upstream said, fit for the customer; null where it said nothing readable. */
  message: string | null
  /** The upstream's own error code and field, where it gave them. */
  code: string | null
  param: string | null
  retryAfterMs: number | null
  cause?: unknown
}

export const failure = (
  kind: UpstreamFailure['kind'],
  rest: Partial<UpstreamFailure> = {},
): UpstreamFailure => ({
  kind,
  status: null,
  message: null,
  code: null,
  param: null,
  retryAfterMs: null,
  ...rest,
})

/** A whole answer, read. */
export type Answer = {
  /** As it came. */
  body: string
  json: Record<string, unknown>
  usage: ReportedUsage
  /** What was produced, over all choices. */
  text: string
}

/** One event of an upstream's stream, read. */
export type StreamFrame = {
  /**
   * preamble: nothing produced yet (a role, an empty choice) · content: something produced · finish: a choice
   * ended · usage: counts alone · done: the stream's end mark · error: the upstream gave up
   */
  kind: 'preamble' | 'content' | 'finish' | 'usage' | 'done' | 'error'
  /** What the event is called on the wire; null where a dialect's events have no names. */
  event: string | null
  /** The event's data as it came. */
  data: string
  json: Record<string, unknown> | null
  /** The model's name in it, whatever that is. */
  model: unknown
  /** What was produced: visible text, reasoning, tool arguments. */
  text: string
  /** The field that `text` stands in, where that is all a frame says and no parsing was needed to know it. */
  textField?: string
  /** Indexes of the choices that end here. */
  finished: readonly number[]
  usage: ReportedUsage | null
  failure: UpstreamFailure | null
}

/** A pure state machine over the bytes of one stream, cut anywhere. */
export type StreamReader = { push(chunk: Buffer): StreamFrame[]; end(): StreamFrame[] }

/** What goes over the wire, to clients and to upstreams: an API of its own each. */
export type WireDialect = 'openai-chat' | 'anthropic-messages'

/** What a request is written in: an API's dialect, or none where the portal itself asks. */
export type RequestDialect = WireDialect | 'portal'

/** A client's request, for upstreams that speak its dialect and for those that do not. */
export type SourceRequest = {
  dialect: RequestDialect
  /** As the client wrote it. */
  body: Record<string, unknown>
  /** The field of `body` that caps the length of an answer: the one it has, or the one to use. */
  outputTokensField: string | null
  /** The client's headers that mean something to an upstream of its dialect, e.g. `anthropic-beta`. */
  headers: Readonly<Record<string, string>>
  /**
   * The same in no dialect's words.
   * @throws AppError invalid_request where it contradicts itself
   */
  neutral(): NeutralRequest
}

/** What a provider needs to know to call one model. */
export type ProviderCall = {
  request: SourceRequest
  /** The model's name at the upstream. */
  model: string
  stream: boolean
  /** Sampling temperature to send when the request names none; null sends none. */
  temperature: number | null
  /** A cap put on the answer's length by the portal, in tokens; null leaves the request's own. */
  outputTokensCap: number | null
  /** The longest answer the model gives, where that is known. */
  outputTokensMax: number | null
  /** A model that takes no sampling temperature, and OpenAI's cap under its newer name only. */
  isReasoning: boolean
}

/** A request ready to be sent. */
export type PreparedCall = {
  /** Where to, where that is not the path of completions. */
  path?: string
  headers: Record<string, string>
  body: string
  /** The client's fields that were left out or changed for this upstream. */
  changed: string[]
  /** For the events of its answers; null where they need nothing. */
  createRestore: (() => Restore) | null
  /** That none at hand will do; false unless given. */
  onNewConnection?: boolean
}

/** The same before it is written out, without what every call to a provider has. */
export type EncodedCall = Omit<PreparedCall, 'headers' | 'body'> & { body: Record<string, unknown> }

/** A question for the tokens of a request of the provider's own dialect; `read` gives null for what is no answer. */
export type TokenCounting = {
  prepare(call: Pick<ProviderCall, 'request' | 'model'>): PreparedCall
  read(body: string): number | null
}

/** An upstream of one kind. */
export type Provider = {
  name: string
  /** Whose API it speaks, by the name that OpenTelemetry has for it. */
  kind: 'openai' | 'anthropic'
  dialect: WireDialect
  server: Transport['server']
  /**
   * Puts a call into the upstream's words.
   * @throws AppError invalid_request where it asks for something that this kind of upstream cannot do
   */
  prepare(call: ProviderCall): PreparedCall
  send(call: PreparedCall, receiver: Receiver): Exchange
  /** How the server is asked what a request's input amounts to, in tokens; null where it cannot be. */
  counting: TokenCounting | null
  readAnswer(body: string): Answer | UpstreamFailure
  readError(status: number, headers: IncomingHttpHeaders, body: string): UpstreamFailure
  createStreamReader(): StreamReader
  /** What a whole answer, or one event of a stream, says in no dialect's words. Pure: nothing is remembered. */
  eventsOfAnswer(answer: Answer): AnswerEvent[]
  eventsOfFrame(frame: StreamFrame): AnswerEvent[]
  close(): Promise<void>
}
