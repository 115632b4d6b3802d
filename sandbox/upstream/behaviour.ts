// What the scripted upstream can be told to do, in either dialect. Every behaviour is plain JSON, so that another
// process can send it through `POST /__control`.

import { isObject, type JsonObject } from './json.ts'

/** A tool call to answer with; `pieces` are the exact argument deltas of a stream (default: 8 characters each). */
export type ToolCall = { id?: string; name: string; arguments: string; pieces?: readonly string[] }

/** Text written as UTF-8, or exact bytes. */
export type Bytes = string | { base64: string }

/**
 * Where a stream carries its usage. OpenAI: `separate-chunk`: own chunk with `choices: []`, asked or not;
 * `null-until-last`: the same with `usage: null` on every chunk before it; `finish-chunk`: in the chunk of the
 * finish reason; `duplicate`: there and in an own chunk; `every-chunk`: the running total on every chunk;
 * `zero`: an own chunk of explicit zeros; `missing`: nowhere.
 * Anthropic, whose default is the whole usage in `message_start` (with one output token) and in `message_delta`:
 * `separate-chunk`: `message_delta` has `output_tokens` alone; `null-until-last`: `message_start` has nulls;
 * `finish-chunk`: `message_start` has zeros; `duplicate`: a `message_delta` with the same usage stands before the last;
 * `every-chunk`: one with the running total follows every block; `zero`: zeros in both; `missing`: in neither.
 * Without a stream only `zero` and `missing` count.
 */
export type UsagePlacement =
  | 'missing'
  | 'zero'
  | 'duplicate'
  | 'finish-chunk'
  | 'separate-chunk'
  | 'null-until-last'
  | 'every-chunk'

/** How the events of a stream become bytes, and the bytes writes. */
export type Wire = {
  /** Line end; default `\n`. */
  eol?: '\n' | '\r\n' | '\r'
  /** `false` writes `data:{…}` without the space. */
  space?: boolean
  /** A lone `: keepalive` comment before every event. */
  comments?: boolean
  /** Spreads each event's JSON over several `data:` lines. */
  multiline?: boolean
  /** `false` leaves out the closing `[DONE]` or `message_stop`. */
  done?: boolean
  /** Starts with a chunk that has `choices: []`, as Azure does; in Anthropic's dialect with a ping. */
  emptyFirst?: boolean
  /** A `ping` event between every two events; Anthropic only, whose streams have one ping by default. */
  pings?: boolean
  /** Events in one write; default: all of them without `delayMs`, else one. */
  together?: number
  /** Cuts the bytes at these offsets, at each byte, or after the first byte of every longer character; each piece is its own flushed write. */
  cut?: readonly number[] | 'every-byte' | 'inside-characters'
}

/** What an answer says; all that is left out comes from the request (see `reply.ts`). */
export type Answer = {
  /** The whole text. */
  text?: string
  /** The exact content deltas; they win over `text`. */
  chunks?: readonly string[]
  /** The exact `reasoning_content` deltas, before any text; Anthropic: those of a signed thinking block, asked for or not. */
  reasoning?: readonly string[]
  /** The data of `redacted_thinking` blocks behind the thinking; Anthropic only. */
  redacted?: readonly string[]
  /** An explanation sent as `refusal` instead of content; Anthropic: in `stop_details`. */
  refusal?: string
  toolCalls?: readonly ToolCall[]
  /** The exact `delta.tool_calls` of a stream, one event each: interleaved, late names, two calls in one; OpenAI only. */
  toolDeltas?: readonly (readonly JsonObject[])[]
  /** The exact events of a stream between `message_start` and `message_delta`, by their `type`; Anthropic only. */
  events?: readonly JsonObject[]
  /** Any finish reason in the dialect's own words, also an unknown one or `null`. */
  finishReason?: string | null
  /** The usage object to send as it is; `message_start` has it with one output token. */
  usage?: JsonObject
  usageAs?: UsagePlacement
  /** Milliseconds between two writes of a stream. */
  delayMs?: number
  wire?: Wire
  /** Fields laid over every chunk or over the whole body (`provider`, a changed `object`, `choices: null` …). */
  extra?: JsonObject
}

/** The moment of a fault: before headers, after them, or after n events, pings too (of a body without stream: half of it). */
export type Moment = 'nothing' | 'headers' | number

/** One scripted way to treat a request that passed the shape checks. */
export type Behaviour =
  /** Answers, by default with an echo of the last user text. */
  | ({ kind: 'answer' } & Answer)
  /** Waits before anything, or with `headersFirst` between headers and body. */
  | ({ kind: 'slow-first-byte'; ms: number; headersFirst?: boolean } & Answer)
  /** Goes silent after the given moment and keeps the connection open. */
  | ({ kind: 'hang'; after: Moment } & Answer)
  /** Destroys the socket after the given moment; `rst` sends a TCP reset instead of a close. */
  | ({ kind: 'reset'; after: Moment; rst?: boolean } & Answer)
  /** Any status with a JSON body as given, text or HTML; by default the dialect's error of that status. */
  | {
      kind: 'status'
      status: number
      headers?: Record<string, string>
      json?: unknown
      text?: string
      html?: string
    }
  /** A 200 whose stream turns into an error event after n events (default 0) and ends there; `error` is its inner object. */
  | ({ kind: 'error-in-stream'; afterEvents?: number; error?: unknown } & Answer)
  /** An event cut in the middle of its JSON after n events, then the rest; without stream a body cut in half. */
  | ({ kind: 'malformed-json'; afterEvents?: number } & Answer)
  /** A line of so many MiB without its end, then the close of the answer. */
  | { kind: 'long-line'; megabytes: number }
  /** The answer a few bytes at a time. */
  | ({ kind: 'trickle'; everyMs: number; bytes?: number } & Answer)
  /** n content events as fast as the reader takes them, waiting for `drain`. */
  | { kind: 'firehose'; events: number; text?: string }
  /** Exactly these bytes, each item its own write; `ending` hangs or drops the connection instead of ending. */
  | {
      kind: 'raw'
      status?: number
      headers?: Record<string, string>
      writes: readonly Bytes[]
      ending?: 'end' | 'hang' | 'drop'
    }

const kinds: Record<Behaviour['kind'], true> = {
  answer: true,
  'slow-first-byte': true,
  hang: true,
  reset: true,
  status: true,
  'error-in-stream': true,
  'malformed-json': true,
  'long-line': true,
  trickle: true,
  firehose: true,
  raw: true,
}

/** True for an object whose `kind` is one of ours; its other fields are trusted. */
export function isBehaviour(value: unknown): value is Behaviour {
  return isObject(value) && typeof value.kind === 'string' && Object.hasOwn(kinds, value.kind)
}
