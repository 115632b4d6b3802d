// OpenAI's chat completions and list of models.
import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Call, Endpoint, Frame, Refusal } from '../dialect.ts'
import type { JsonObject } from '../json.ts'
import { completionBody, completionChunks, createdAt } from './completion.ts'
import { type Fault, faultOfStatus, invalid, notFound, refusalOf, unauthorized } from './fault.ts'
import type { ChatRequest } from './request.ts'
import { promptTokens, usageObject } from './usage.ts'
import { checkRequest } from './validate.ts'

/** `POST /v1/chat/completions`. */
export const chatCompletions: Endpoint = {
  dialect: 'openai',
  checkHeaders({ headers, apiKey }) {
    const fault = keyFault(apiKey, headers) ?? contentFault(headers)
    return fault && refusalOf(fault)
  },
  readingOf: () => ({ version: 'v1', unknownFields: 'refuse' }),
  open({ raw, body, reading: { unknownFields } }) {
    const fault =
      body === undefined ? invalid(null, 'The body is not JSON.') : checkRequest(body, unknownFields)
    return fault ? refusalOf(fault) : callOf(body as ChatRequest, hash('sha1', raw).slice(0, 24))
  },
  unknownModel: (model) => refusalOf(notFound(`The model '${model}' does not exist.`, 'model_not_found')),
}

function callOf(request: ChatRequest, key: string): Call {
  const id = `chatcmpl-${key}`
  const asked = { request, id }
  return {
    model: request.model,
    stream: request.stream === true,
    headers: { 'x-request-id': `req_${key}` },
    whole: (answer) => completionBody({ ...asked, answer }),
    frames(answer) {
      const frames = completionChunks({ ...asked, answer }).map(frameOf)
      return answer.wire?.done === false ? frames : [...frames, frameOf('[DONE]')]
    },
    usage: (outputTokens) => usageObject(promptTokens(request), outputTokens),
    broken: frameOf(`{"id":"${id}","choi`),
    failure: (error = refusalOf(faultOfStatus(500)).body.error) => frameOf(JSON.stringify({ error })),
    failed: (status) => refusalOf(faultOfStatus(status)),
  }
}

const frameOf = (data: string): Frame => ({ event: null, data })

/** The list of `GET /v1/models`, or the refusal of the key. */
export function openAiModels(
  ids: readonly string[],
  { headers, apiKey }: { headers: IncomingHttpHeaders; apiKey: string | null | undefined },
): Refusal {
  const fault = keyFault(apiKey, headers)
  if (fault) return refusalOf(fault)
  const data = ids.map((id): JsonObject => ({ id, object: 'model', created: createdAt, owned_by: 'sandbox' }))
  return { status: 200, body: { object: 'list', data } }
}

/** The answer on a path that is not served. */
export function openAiUnknownPath(route: string): Refusal {
  return refusalOf(notFound(`Invalid URL (${route})`, null))
}

function keyFault(
  apiKey: string | null | undefined,
  { authorization = '' }: IncomingHttpHeaders,
): Fault | undefined {
  if (apiKey === null) return undefined
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
  if (given === undefined) return unauthorized('No API key was given as a bearer token.')
  return apiKey === undefined || given === apiKey ? undefined : unauthorized('The API key is not correct.')
}

function contentFault(headers: IncomingHttpHeaders): Fault | undefined {
  return /^application\/json *(;|$)/i.test(headers['content-type'] ?? '')
    ? undefined
    : invalid(null, 'The content-type must be application/json.')
}
