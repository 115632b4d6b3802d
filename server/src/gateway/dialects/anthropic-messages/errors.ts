import type { AppError } from '../../../errors.ts'
import { encodeEvent } from './events.ts'

const types: Record<number, string> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

/**
 * An error as Anthropic's clients read it: its type is one of those Anthropic publishes, and an upstream's own code
 * stands where Anthropic's do.
 */
export const errorBody = (
  { status, message, meta: { code, ...meta } }: AppError,
  requestId: string,
): Record<string, unknown> => ({
  type: 'error',
  error: {
    ...meta,
    ...(code !== undefined && { details: { error_code: code } }),
    type: types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'),
    message,
  },
  request_id: requestId,
})

export const errorEvent = (error: AppError, requestId: string): string =>
  encodeEvent('error', errorBody(error, requestId))
