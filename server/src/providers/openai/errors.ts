import type { IncomingHttpHeaders } from 'node:http'
import { failure, type UpstreamFailure } from '../provider.ts'
import { isRecord } from './usage.ts'

/** Reads an error answer of any shape: OpenAI's, a bare string, a number for a code, HTML. */
export function readError(status: number, headers: IncomingHttpHeaders, body: string): UpstreamFailure {
  return failure('status', { ...readBody(body), status, retryAfterMs: retryAfterMs(headers) })
}

/** Reads an error that came inside a 200; its `code` may name the status it should have had. */
export function readEmbeddedError(json: Record<string, unknown>): UpstreamFailure {
  const details = readDetails(json)
  const status = Number(details.code ?? (isRecord(json.error) ? json.error.status : null))
  return failure('stream', { ...details, status: status >= 400 && status <= 599 ? status : null })
}

function readBody(body: string): Pick<UpstreamFailure, 'message' | 'code' | 'param'> {
  try {
    const json = JSON.parse(body)
    if (isRecord(json)) return readDetails(json)
  } catch {
    // A page of HTML or plain text says nothing a customer should read.
  }
  return { message: null, code: null, param: null }
}

function readDetails(json: Record<string, unknown>): Pick<UpstreamFailure, 'message' | 'code' | 'param'> {
  const error = isRecord(json.error) ? json.error : json
  const message = [error.message, json.error, json.message, json.detail].find(isText)
  return {
    message: message ?? null,
    code: textOrNumber(error.code),
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
