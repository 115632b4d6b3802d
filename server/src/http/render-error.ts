import { type ServerResponse, STATUS_CODES } from 'node:http'
import { isDatabaseUnavailable } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log/index.ts'
import { securityHeaders } from './security-headers.ts'

/** What every error becomes before it is answered: unknown ones a generic 500, a lost database a 503. */
export function appErrorFrom(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (isDatabaseUnavailable(error)) {
    return new AppError('unavailable', { cause: error })
  }
  return new AppError('internal', { cause: error })
}

/** Writes an error to the log once, where the operator has something to learn from it. */
export function logError(log: Log, requestId: string, error: AppError): void {
  // What is refused while the server stops is no news.
  if ((error.status < 500 && !error.detail) || error.code === 'draining') return
  const level = error.status >= 500 ? 'error' : 'info'
  log[level]({ requestId, code: error.code, detail: error.detail, err: error.cause ?? error }, error.message)
}

/** The body of every endpoint but the gateway's. */
export const portalErrorBody = (error: AppError, requestId: string): Record<string, unknown> => ({
  error: error.message,
  code: error.code,
  ...(error.param !== null && { param: error.param }),
  ...error.meta,
  requestId,
})

/** Answers with an error whose body is given. */
export const sendError = (
  res: ServerResponse,
  { status, headers }: Pick<AppError, 'status' | 'headers'>,
  body: unknown,
): void => sendJson(res, body, { status, headers })

/** Answers with JSON; 200 unless said. */
export function sendJson(
  res: ServerResponse,
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): void {
  const text = JSON.stringify(body)
  const length = Buffer.byteLength(text)
  res
    .writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': length })
    .end(text)
}

/** A whole answer as it goes over the wire, for connections that have no request to answer; the last on its own. */
export function rawErrorAnswer(error: AppError, requestId: string): string {
  const body = JSON.stringify(portalErrorBody(error, requestId))
  const headers = [
    ...securityHeaders,
    ...Object.entries(error.headers),
    ['x-request-id', requestId],
    ['date', new Date().toUTCString()],
    ['content-type', 'application/json'],
    ['content-length', Buffer.byteLength(body)],
    ['connection', 'close'],
  ]
  const lines = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    ...headers.map((each) => each.join(': ')),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
