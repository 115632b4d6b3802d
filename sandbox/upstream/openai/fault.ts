// Refusals in the shape of OpenAI's error body.
import type { Refusal } from '../dialect.ts'

/** What is wrong with a request: status and the fields of the error object. */
export type Fault = {
  status: number
  message: string
  type: string
  param: string | null
  code: string | null
}

/** A 400 `invalid_request_error`. */
export function invalid(param: string | null, message: string, code: string | null = null): Fault {
  return { status: 400, message, type: 'invalid_request_error', param, code }
}

/** A 401 for a missing or wrong key. */
export function unauthorized(message: string): Fault {
  return { status: 401, message, type: 'invalid_request_error', param: null, code: 'invalid_api_key' }
}

/** A 404 for an unknown model or path. */
export function notFound(message: string, code: string | null): Fault {
  return { status: 404, message, type: 'invalid_request_error', param: null, code }
}

/** A fault as it is answered. */
export function refusalOf({ status, ...error }: Fault): Refusal {
  return { status, body: { error } }
}

/** The error a vendor would send with this status, for scripts that name only the status. */
export function faultOfStatus(status: number): Fault {
  const [type, code] =
    typical[status] ?? (status < 500 ? ['invalid_request_error', null] : ['server_error', null])
  return { status, message: `The upstream was told to answer ${status}.`, type, param: null, code }
}

const typical: Record<number, [type: string, code: string | null]> = {
  401: ['invalid_request_error', 'invalid_api_key'],
  404: ['invalid_request_error', 'model_not_found'],
  429: ['requests', 'rate_limit_exceeded'],
  503: ['service_unavailable', null],
}
