import { type ErrorCode, PortalErrorBody } from '@portal/contract'

/** `unreachable` is ours: no answer came at all. */
type ApiErrorCode = ErrorCode | 'unreachable' | 'unknown'

type Circumstances = {
  status: number
  code: ApiErrorCode
  param: string | null
  /** Every field at fault. */
  issues: readonly { field: string; message: string }[]
  requestId: string | null
  /** Seconds until another try makes sense; null where the server did not say. */
  retryAfterSeconds: number | null
}

/** A call that did not succeed; the message is fit to be shown as it is. */
export class ApiError extends Error {
  readonly status: number
  readonly code: ApiErrorCode
  readonly param: string | null
  readonly issues: Circumstances['issues']
  readonly requestId: string | null
  readonly retryAfterSeconds: number | null

  constructor(message: string, circumstances: Partial<Circumstances> & Pick<Circumstances, 'code'>) {
    super(message)
    this.name = 'ApiError'
    this.status = circumstances.status ?? 0
    this.code = circumstances.code
    this.param = circumstances.param ?? null
    this.issues = circumstances.issues ?? []
    this.requestId = circumstances.requestId ?? null
    this.retryAfterSeconds = circumstances.retryAfterSeconds ?? null
  }

  /** Whether the server may well answer the same call later: it was away, or failed. */
  get isPassing(): boolean {
    return this.code === 'unreachable' || this.status >= 500
  }
}

/** The error of a server that could not be asked. */
export const unreachable = (): ApiError =>
  new ApiError('The portal cannot be reached. Check your connection, then try again.', {
    code: 'unreachable',
  })

/** Reads an answer that is no success, whatever is in its body. */
export async function apiErrorFrom(response: Response): Promise<ApiError> {
  const { status, headers } = response
  const requestId = headers.get('x-request-id')
  const retryAfterSeconds = secondsOf(headers.get('retry-after'))
  const body: unknown = await response.json().catch(() => null)
  const parsed = PortalErrorBody.safeParse(body)
  if (parsed.success) {
    const { error, code, param = null, issues = [] } = parsed.data
    return new ApiError(error, {
      ...{ status, param, issues, requestId, retryAfterSeconds },
      code: code as ErrorCode,
    })
  }
  const message = gatewayMessage(body) ?? `The portal answered with status ${status}. Try again.`
  return new ApiError(message, { status, code: 'unknown', requestId, retryAfterSeconds })
}

const secondsOf = (header: string | null): number | null =>
  header !== null && /^\d+$/.test(header) ? Number(header) : null

/** The gateway speaks OpenAI's shape of errors. */
function gatewayMessage(body: unknown): string | null {
  const error = (body as { error?: { message?: unknown } } | null)?.error
  return typeof error?.message === 'string' ? error.message : null
}
