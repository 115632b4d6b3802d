import { type ErrorCode, errorDefinitions } from '@portal/contract'
import { withoutKeys } from './log/index.ts'

type AppErrorOptions = {
  /** What the customer reads instead of the code's general sentence: nothing internal. */
  message?: string
  /** For the log only. */
  detail?: string
  cause?: unknown
  /** The request field at fault, e.g. `messages[2].content`. */
  param?: string
  /** More for the customer's program, merged into the error's body. */
  meta?: Record<string, unknown>
  headers?: Record<string, string>
  /** Instead of the code's own status: an upstream's, kept. */
  status?: number
}

/** An error with an answer: "this request cannot go on, and here is what the customer should know". */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly detail: string | undefined
  readonly param: string | null
  readonly meta: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const definition = errorDefinitions[code]
    super(withoutKeys(options.message ?? definition.message), { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.status = options.status ?? definition.status
    this.detail = options.detail
    this.param = options.param === undefined ? null : withoutKeys(options.param)
    this.meta = options.meta ?? {}
    this.headers = { ...headersOf[this.status], ...options.headers }
  }
}

/** Whether it says that whoever asks may not, or no more; that a database is away says nothing about anybody. */
export const isOfWhoAsks = (error: unknown): boolean =>
  error instanceof AppError && (error.status === 401 || error.status === 403)

/** What belongs to an answer by its status (RFC 9110 §11.6.1 and §10.2.3). */
const headersOf: Record<number, Record<string, string>> = {
  401: { 'www-authenticate': 'Bearer' },
  503: { 'retry-after': '2' },
  529: { 'retry-after': '2' },
}
