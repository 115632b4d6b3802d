import { AppError } from '../errors.ts'
import type { UpstreamFailure } from '../providers/index.ts'

/** What the customer is told of an upstream's failure. Its 401 and 403 are ours, never the client's. */
export function errorFromFailure(failure: UpstreamFailure): AppError {
  const { kind, status, message, cause } = failure
  const options = { cause, detail: `upstream ${kind} ${status ?? ''} ${message ?? ''}`.trim() }
  if (kind === 'timeout') return new AppError('upstream_timeout', options)
  if (kind === 'unreachable') return new AppError('upstream_unreachable', options)
  if (status === 401 || status === 403) return new AppError('upstream_refused_us', options)
  if (status === 429) return rateLimited(failure)
  if (status !== null && status >= 400 && status < 500) return refused(failure)
  return new AppError('upstream_error', {
    ...options,
    ...(status !== null && status >= 500 && { status: status === 529 ? 503 : status }),
    ...(kind === 'stream' && message !== null && { message }),
  })
}

function rateLimited({ retryAfterMs }: UpstreamFailure): AppError {
  const seconds = Math.max(1, Math.ceil((retryAfterMs ?? 1000) / 1000))
  return new AppError('upstream_rate_limited', { headers: { 'retry-after': String(seconds) } })
}

/** The upstream found fault with the request: its own words help the client most. */
function refused({ status, message, code, param }: UpstreamFailure): AppError {
  return new AppError('invalid_request', {
    ...(status !== null && { status }),
    ...(message !== null && { message }),
    ...(param !== null && { param }),
    ...(code !== null && { meta: { code } }),
  })
}
