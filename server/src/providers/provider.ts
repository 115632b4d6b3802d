import type { IncomingHttpHeaders } from 'node:http'
import type { Exchange, Receiver } from './transport.ts'

/** Tokens as an upstream reported them; null where it said nothing, which is not zero. */
export type ReportedUsage = {
  /** All input, cached included. */
  input: number | null
  cached: number | null
  /** All output, reasoning included. */
  output: number | null
  reasoning: number | null
}

export const noUsage: ReportedUsage = { input: null, cached: null, output: null, reasoning: null }

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
  /** The event's data as it came. */
  data: string
  json: Record<string, unknown> | null
  /** The model's name in it, whatever that is. */
  model: unknown
  /** What was produced: visible text, reasoning, tool arguments. */
  text: string
  /** Indexes of the choices that end here. */
  finished: readonly number[]
  usage: ReportedUsage | null
  failure: UpstreamFailure | null
}

/** A pure state machine over the bytes of one stream, cut anywhere. */
export type StreamReader = { push(chunk: Buffer): StreamFrame[]; end(): StreamFrame[] }

/** What a provider needs to know to call one model. */
export type ProviderCall = {
  /** The client's request, already in the provider's own dialect. */
  body: Record<string, unknown>
  /** The model's name at the upstream. */
  model: string
  stream: boolean
  /** Sampling temperature to send when the request names none; null sends none. */
  temperature: number | null
  /** A cap put on the answer's length by the portal, and the field for it; null leaves the request's own. */
  outputCap: { field: string; tokens: number } | null
}

/** An upstream of one kind. */
export type Provider = {
  name: string
  send(call: ProviderCall, receiver: Receiver): Exchange
  readAnswer(body: string): Answer | UpstreamFailure
  readError(status: number, headers: IncomingHttpHeaders, body: string): UpstreamFailure
  createStreamReader(): StreamReader
  close(): Promise<void>
}
