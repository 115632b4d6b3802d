// Anthropic's messages, their token count and the list of models.
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from '../behaviour.ts'
import type { Call, Endpoint, Refusal } from '../dialect.ts'
import type { JsonObject } from '../json.ts'
import { errorOf, keyOf, refusalOf, requestId, typicalRefusal } from './errors.ts'
import { frameOf, messageFrames } from './events.ts'
import { messageBody } from './message.ts'
import type { MessagesRequest } from './request.ts'
import type { Version } from './shape.ts'
import { inputTokens, usageObject } from './usage.ts'
import { checkCountRequest, checkRequest } from './validate.ts'

type Opened = { request: MessagesRequest; raw: string }

/** `POST /v1/messages`. */
export const messages: Endpoint = endpointOf(checkRequest, (opened) => {
  const { request, raw } = opened
  const id = `msg_${keyOf(raw)}`
  return {
    ...callOf(opened),
    stream: request.stream === true,
    whole: (answer) => messageBody({ request, id, answer }),
    frames: (answer) => messageFrames({ request, id, answer }),
  }
})

/** `POST /v1/messages/count_tokens`; a scripted `usage` is the whole body. */
export const countTokens: Endpoint = endpointOf(checkCountRequest, (opened) => ({
  ...callOf(opened),
  stream: false,
  whole: ({ usage, extra }: Answer): JsonObject => ({
    ...(usage ?? { input_tokens: inputTokens(opened.request) }),
    ...extra,
  }),
  frames: () => [],
}))

function endpointOf(check: typeof checkRequest, call: (opened: Opened) => Call): Endpoint {
  return {
    dialect: 'anthropic',
    checkHeaders: ({ headers, raw, apiKey }) =>
      headersRefusal(headers, { raw, apiKey }) ?? contentRefusal(headers, raw),
    readingOf: (headers) => ({
      version: versionOf(headers['anthropic-version']),
      unknownFields: 'anthropic-beta' in headers ? 'accept' : 'refuse',
    }),
    open({ raw, body, reading: { version, unknownFields } }) {
      const strictness = { version: versionOf(version), unknownFields }
      const problem = body === undefined ? 'The request body is not valid JSON.' : check(body, strictness)
      return problem === undefined
        ? call({ request: body as MessagesRequest, raw })
        : refusalOf(400, problem, raw)
    },
    unknownModel: (model, raw) => refusalOf(404, `model: ${model}`, raw),
  }
}

function callOf({ request, raw }: Opened): Omit<Call, 'stream' | 'whole' | 'frames'> {
  return {
    model: request.model,
    headers: { 'request-id': requestId(raw) },
    usage: (outputTokens) => usageObject(request, outputTokens),
    broken: { event: 'content_block_delta', data: '{"type":"content_block_delta","ind' },
    failure: (error = errorOf(529, 'Overloaded')) =>
      frameOf({ type: 'error', error, request_id: requestId(raw) }),
    failed: (status) => typicalRefusal(status, raw),
  }
}

type Key = { raw: string; apiKey: string | null | undefined }

/** A key in both headers is the one of `x-api-key`, as at the vendor. */
function headersRefusal(headers: IncomingHttpHeaders, { raw, apiKey }: Key): Refusal | undefined {
  const { 'x-api-key': key = bearerOf(headers), 'anthropic-version': version } = headers
  if (apiKey !== null && !key) return refusalOf(401, 'x-api-key header is required', raw)
  if (typeof apiKey === 'string' && key !== apiKey) return refusalOf(401, 'invalid x-api-key', raw)
  if (version === undefined) return refusalOf(400, 'anthropic-version: header is required', raw)
  return ['2023-01-01', '2023-06-01', '2026-10-21'].includes(String(version))
    ? undefined
    : refusalOf(400, `anthropic-version: "${version}" is not a valid version`, raw)
}

/** The SDKs from October 2026 on send the key as a bearer token. */
function bearerOf({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1]
}

function versionOf(given: string | string[] | undefined): Version {
  return given === '2026-10-21' ? given : '2023-06-01'
}

function contentRefusal(headers: IncomingHttpHeaders, raw: string): Refusal | undefined {
  return /^application\/json *(;|$)/i.test(headers['content-type'] ?? '')
    ? undefined
    : refusalOf(400, 'The content-type must be application/json.', raw)
}

/** The list of `GET /v1/models`, or the refusal of the key. */
export function anthropicModels(
  ids: readonly string[],
  { headers, apiKey }: { headers: IncomingHttpHeaders; apiKey: string | null | undefined },
): Refusal {
  const refusal = headersRefusal(headers, { raw: '', apiKey })
  if (refusal) return refusal
  const data = ids.map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-09-21T14:13:20Z',
    max_input_tokens: 200_000,
    max_tokens: 64_000,
  }))
  const body = { data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null }
  return { status: 200, body }
}

/** The answer on a path that is not served. */
export function anthropicUnknownPath(path: string, raw: string): Refusal {
  return refusalOf(404, `Not found: ${path}`, raw)
}
