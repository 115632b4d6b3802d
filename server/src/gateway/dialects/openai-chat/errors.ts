import type { AppError } from '../../../errors.ts'
import { encodeEvent } from './pass.ts'

/** An error as OpenAI's clients read it. */
export const errorBody = (error: AppError): Record<string, unknown> => ({
  error: {
    message: error.message,
    type: typeOf(error),
    param: error.param,
    code: error.code,
    ...error.meta,
  },
})

export const errorEvent = (error: AppError): string => encodeEvent(JSON.stringify(errorBody(error)))

const types: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  504: 'timeout_error',
}

function typeOf({ code, status }: AppError): string {
  if (code === 'token_limit_exceeded') return 'insufficient_quota'
  if (status === 429) return 'rate_limit_error'
  return types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}
