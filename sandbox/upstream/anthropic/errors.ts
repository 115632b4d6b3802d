// Refusals in the shape of Anthropic's error body.
import { hash } from 'node:crypto'
import type { Refusal } from '../dialect.ts'

/** Anthropic's error types by status; the rest are `invalid_request_error` or `api_error`. */
const types: Record<number, string> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

/** The request id for a body: equal requests, equal ids. */
export function requestId(raw: string): string {
  return `req_${keyOf(raw)}`
}

/** What ids of a request are made of. */
export function keyOf(raw: string): string {
  return hash('sha1', raw).slice(0, 24)
}

/** The inner object of an error with this status. */
export function errorOf(status: number, message: string): { type: string; message: string } {
  return { type: types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message }
}

/** A refusal with this status and sentence; `raw` is the request's body. */
export function refusalOf(status: number, message: string, raw: string): Refusal {
  const id = requestId(raw)
  return {
    status,
    body: { type: 'error', error: errorOf(status, message), request_id: id },
    headers: { 'request-id': id },
  }
}

/** The refusal a vendor would send with this status, for scripts that name only the status. */
export function typicalRefusal(status: number, raw: string): Refusal {
  const message = status === 529 ? 'Overloaded' : `The upstream was told to answer ${status}.`
  return refusalOf(status, message, raw)
}
