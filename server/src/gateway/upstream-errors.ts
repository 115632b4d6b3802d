import type { ErrorCode } from '@portal/contract'
import { AppError } from '../errors.ts'
import type { UpstreamFailure } from '../providers/index.ts'
import { ownFaults } from './routing.ts'

/** What the customer is told of an upstream's failure. What it has against our credentials is ours, never the client's. */
export function errorFromFailure(failure: UpstreamFailure): AppError {
  const { kind, status, message, cause } = failure
  const options = { cause, detail: `upstream ${kind} ${status ?? ''} ${message ?? ''}`.trim() }
  const code = plainCode(failure)
  if (code) return new AppError(code, options)
  if (status === 429) return rateLimited(failure)
  if (status !== null && status >= 400 && status < 500) return refused(failure)
  return new AppError('upstream_error', {
    ...options,
    ...(status !== null && status >= 500 && { status }),
    ...(kind === 'stream' && message !== null && { message }),
  })
}

/** The code of a failure of which nothing more is to be said. */
function plainCode({ kind, status }: UpstreamFailure): ErrorCode | null {
  if (kind === 'timeout' || status === 408) return 'upstream_timeout'
  if (kind === 'unreachable') return 'upstream_unreachable'
  // It does not know the model that the portal is set up to ask it for.
  if (status === 404 || status === 410) return 'upstream_error'
  return status !== null && ownFaults.has(status) ? 'upstream_refused_us' : null
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
