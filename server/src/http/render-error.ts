import { isDatabaseUnavailable } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log/index.ts'

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
  if (error.status < 500 && !error.detail) return
  const level = error.status >= 500 && error.code !== 'draining' ? 'error' : 'info'
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
