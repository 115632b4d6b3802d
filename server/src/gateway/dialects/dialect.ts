import type { IncomingHttpHeaders } from 'node:http'
import type { AppError } from '../../errors.ts'
import type { AnswerEvent } from '../../neutral/index.ts'
import type { Answer, RequestDialect, StreamFrame, WireDialect } from '../../providers/index.ts'
import type { ChatRequest } from '../chat-request.ts'

/** Final counts, as a client is told them. Tokens; cached and written to a cache are part of the input. */
export type FinalUsage = {
  input: number
  cached: number
  cacheWritten: number
  output: number
  reasoning: number
}

/** What every answer to one request needs to know. */
export type AnswerContext = {
  /** The name the client asked for. */
  model: string
  /** Of the request, for answers that have no id of their own. */
  requestId: string
  /** Whether a stream shall end with its usage, where the dialect leaves that to the client. */
  wantsUsage: boolean
  choices: number
  /** What the request was let in with: told first where a dialect begins with it. */
  inputTokensEstimate: number
}

/** Turns the frames of one attempt into the client's events. One for each attempt, as frames begin anew. */
export type StreamEncoder = {
  /** What the client is sent for a frame; may be nothing, or wait for a later one. Never for `done` and `error`. */
  frame(frame: StreamFrame): string
  /** The events that close a settled answer; `cut` when the portal ended it for want of tokens. */
  closing(end: { cut: boolean; usage: FinalUsage; isEstimated?: boolean }): string
}

/** One API that clients may speak. */
export type Dialect = AnswerDialect & {
  name: WireDialect
  /** As `x-portal-format` says it. */
  format: 'openai' | 'anthropic'
  /** @throws AppError invalid_request, unsupported_image_url */
  parse(json: { text: string; value: unknown }, headers: IncomingHttpHeaders): ChatRequest
  errorBody(error: AppError, requestId: string): Record<string, unknown>
}

/** What an answer is written in. */
export type AnswerDialect = {
  name: RequestDialect
  /** An error as the last event of a stream that has begun. */
  errorEvent(error: AppError, requestId: string): string
  /** Says that a stream is alive; between two events. */
  ping: string
  /** A whole answer of an upstream that speaks this dialect: as it came, but for what the portal has to change. */
  passAnswer(answer: Answer, context: AnswerContext & { usage: FinalUsage }): string
  /** A whole answer of an upstream that speaks another one. */
  encodeAnswer(events: readonly AnswerEvent[], context: AnswerContext & { usage: FinalUsage }): string
  /** The same of streams. */
  passStream(context: AnswerContext): StreamEncoder
  encodeStream(context: AnswerContext, eventsOf: (frame: StreamFrame) => AnswerEvent[]): StreamEncoder
}
