import type { IncomingHttpHeaders } from 'node:http'
import { isRecord, parseJson } from './json.ts'
import { failure, type UpstreamFailure } from './provider.ts'

type Details = Pick<UpstreamFailure, 'message' | 'code' | 'param'>

/** Reads an error answer of any shape: a vendor's, a bare string, a number for a code, HTML. */
export function readError(status: number, headers: IncomingHttpHeaders, body: string): UpstreamFailure {
  return failure('status', { ...readBody(body), status, retryAfterMs: retryAfterMs(headers) })
}

function readBody(body: string): Details {
  const json = parseJson(body)
  // A page of HTML or plain text says nothing a customer should read.
  return isRecord(json) ? readDetails(json) : { message: null, code: null, param: null }
}

/** What an error's body says, wherever it says it. */
export function readDetails(json: Record<string, unknown>): Details {
  const error = isRecord(json.error) ? json.error : json
  const message = [error.message, json.error, json.message, json.detail].find(isText)
  return {
    message: message ?? null,
    code: textOrNumber(error.code ?? (isRecord(error.details) ? error.details.error_code : null)),
    param: isText(error.param) ? error.param : null,
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const textOrNumber = (value: unknown): string | null =>
  isText(value) || typeof value === 'number' ? String(value) : null

/** RFC 9110 section 10.2.3: seconds or a date. */
function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const value = headers['retry-after']
  if (!value) return null
  const seconds = Number(value)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}
