// What the server needs to know of a dialect: how it checks a request, and every form its answers take.
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from './behaviour.ts'
import type { JsonObject } from './json.ts'

/** The two APIs this upstream speaks. */
export type DialectName = 'openai' | 'anthropic'

/** Header fields of an answer. */
export type Headers = Record<string, string>

/** A request that is not taken, in the dialect's own error shape. */
export type Refusal = { status: number; body: JsonObject; headers?: Headers }

/** One server-sent event before it is bytes; `event` is the name on its `event:` line, null for none. */
export type Frame = { event: string | null; data: string }

/** What to do with fields that the vendor does not know; the portal's own are refused either way. */
export type UnknownFields = 'refuse' | 'accept'

/** One checked request, ready to be answered any number of times. */
export type Call = {
  model: string
  stream: boolean
  /** Of every answer, beside its content type. */
  headers: Headers
  /** The answer without a stream. */
  whole: (answer: Answer) => JsonObject
  /** The events of a stream, its closing one included. */
  frames: (answer: Answer) => Frame[]
  /** What this request costs when its answer has so many output tokens. */
  usage: (outputTokens: number) => JsonObject
  /** An event cut in the middle of its JSON. */
  broken: Frame
  /** An error behind a 200; undefined stands for the dialect's typical one. */
  failure: (error: unknown) => Frame
  /** The error that the vendor would send with a status. */
  failed: (status: number) => Refusal
}

/** The same body is another request under another version, or with betas that bring fields of their own. */
export type Reading = { version: string; unknownFields: UnknownFields }

/** Where to look a request up before its body is known. */
export type Endpoint = {
  dialect: DialectName
  /** The first thing wrong with key, version or content type; `raw` is the body as text. */
  checkHeaders: (received: {
    headers: IncomingHttpHeaders
    raw: string
    apiKey: string | null | undefined
  }) => Refusal | undefined
  /** How the headers want the body read. */
  readingOf: (headers: IncomingHttpHeaders) => Reading
  /** Checks a body, undefined for what is not JSON. */
  open: (received: { raw: string; body: unknown; reading: Reading }) => Call | Refusal
  unknownModel: (model: string, raw: string) => Refusal
}

/** True for a request that passed the checks. */
export function isCall(opened: Call | Refusal): opened is Call {
  return 'frames' in opened
}

/** Fields of our own platform that must never travel to an upstream. */
export const portalFields = new Set(['session_id', 'sessionId', 'portal', 'purpose'])
