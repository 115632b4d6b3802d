import type { IncomingHttpHeaders } from 'node:http'
import { isRecord, textOf } from '../json.ts'
import { failure, type UpstreamFailure } from '../provider.ts'
import { readDetails, readError as readPlainError } from '../upstream-error.ts'

/** Reads an error answer. */
export function readError(status: number, headers: IncomingHttpHeaders, body: string): UpstreamFailure {
  const found = readPlainError(status, headers, body)
  // Anthropic says with a 400 that the operator's own account is empty.
  const isUnpaid = status === 400 && /credit balance is too low/i.test(found.message ?? '')
  return isUnpaid ? { ...found, status: 402 } : found
}

/** Reads an error that came inside a 200; its type names the status it should have had. */
export function readEmbeddedError(json: Record<string, unknown>): UpstreamFailure {
  const type = isRecord(json.error) ? textOf(json.error.type) : ''
  return failure('stream', { ...readDetails(json), status: statusOf.get(type) ?? null })
}

const statusOf = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
])
