import type { IncomingHttpHeaders } from 'node:http'
import type { Target } from '../models/index.ts'
import { type Exchange, failure, type PreparedCall, type UpstreamFailure } from '../providers/index.ts'
import type { Cancellation, CancelReason } from './cancellation.ts'

/** How one attempt at an upstream ended. */
export type AttemptResult<T> =
  | { kind: 'done'; value: T }
  | { kind: 'failed'; failure: UpstreamFailure }
  | { kind: 'cancelled'; reason: CancelReason }

export const failed = (why: UpstreamFailure): { kind: 'failed'; failure: UpstreamFailure } => ({
  kind: 'failed',
  failure: why,
})

/** How an accepted answer is read: each callback may end the attempt by returning a result. */
export type Reading<T> = {
  accepts(headers: IncomingHttpHeaders): boolean
  onData(chunk: Buffer): AttemptResult<T> | null
  onEnd(): AttemptResult<T>
  /** The connection broke after the answer had begun. */
  onBroken(why: UpstreamFailure): AttemptResult<T>
}

type ExchangeOptions<T> = {
  target: Target
  call: PreparedCall
  cancellation: Cancellation
  /** Makes the reading; gets the exchange for flow control, and a way to end the attempt later. */
  read: (control: {
    exchange: () => Exchange | null
    finish: (result: AttemptResult<T>) => void
  }) => Reading<T>
}

const errorBytesMax = 64 * 1024

/** Runs one attempt: sends, reads or gathers the error, and lets go of the upstream the moment the result is known. */
export function runExchange<T>({
  target,
  call,
  cancellation,
  read,
}: ExchangeOptions<T>): Promise<AttemptResult<T>> {
  return new Promise((resolve) => {
    let isOver = false
    let answer: 'none' | 'reading' | 'refused' = 'none'
    let status = 0
    // Null until the request is on its way: it may fail before that.
    let exchange: Exchange | null = null
    let headers: IncomingHttpHeaders = {}
    const errorBody = createBoundedBody(errorBytesMax)
    const finish = (result: AttemptResult<T> | null) => {
      if (!result || isOver) return
      isOver = true
      cancellation.onCancel(null)
      if (result.kind === 'done') exchange?.release()
      else exchange?.abort()
      resolve(result)
    }
    const readRefusal = () => failed(target.provider.readError(status, headers, errorBody.text()))
    const reading = read({ exchange: () => exchange, finish })
    // An answer that trips the code that reads it is one more malformed answer.
    const attempt = (act: () => AttemptResult<T> | null) => {
      try {
        finish(act())
      } catch (cause) {
        finish(failed(failure('malformed', { cause })))
      }
    }
    const start = () => {
      const isOk = status >= 200 && status < 300
      if (isOk && !reading.accepts(headers)) return failed(failure('malformed'))
      answer = isOk ? 'reading' : 'refused'
      return null
    }
    const refuse = (chunk: Buffer) => (errorBody.add(chunk) ? null : readRefusal())
    exchange = target.provider.send(call, {
      onStart(newStatus, newHeaders) {
        status = newStatus
        headers = newHeaders
        attempt(start)
      },
      onData: (chunk) => attempt(() => (answer === 'reading' ? reading.onData(chunk) : refuse(chunk))),
      onEnd: () => attempt(() => (answer === 'reading' ? reading.onEnd() : readRefusal())),
      onFailure: (cause) =>
        attempt(() => {
          const why = failureOf(cause, answer !== 'none')
          return answer === 'reading' ? reading.onBroken(why) : failed(why)
        }),
    })
    cancellation.onCancel(() => {
      if (cancellation.reason) finish({ kind: 'cancelled', reason: cancellation.reason })
    })
  })
}

/** Reads an answer that comes in one piece, up to a size. */
export function readWhole<T>(bytesMax: number, read: (text: string) => AttemptResult<T>): () => Reading<T> {
  const body = createBoundedBody(bytesMax)
  return () => ({
    accepts: () => true,
    onData: (chunk) => (body.add(chunk) ? null : failed(failure('malformed'))),
    onEnd: () => read(body.text()),
    onBroken: failed,
  })
}

/** Gathers a body up to a size; false from the chunk on that does not fit. */
export function createBoundedBody(bytesMax: number) {
  const chunks: Buffer[] = []
  let size = 0
  return {
    add(chunk: Buffer): boolean {
      size += chunk.length
      if (size <= bytesMax) chunks.push(chunk)
      return size <= bytesMax
    },
    text: () => (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8'),
  }
}

const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

function failureOf(cause: Error & { code?: string }, hasBegun: boolean): UpstreamFailure {
  if (cause.code && timeouts.has(cause.code)) return failure('timeout', { cause })
  return failure(hasBegun ? 'stream' : 'unreachable', { cause })
}
