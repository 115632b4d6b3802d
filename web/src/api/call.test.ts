import { keyEndpoints, modelEndpoints } from '@portal/contract'
import { describe, expect, test } from 'vitest'
import { apiErrorFrom } from './api-error.ts'
import { urlOf } from './call.ts'
import { fieldErrors } from './field-errors.ts'
import { dataLines } from './stream-completion.ts'

describe('the URL of an endpoint', () => {
  test('has its parameters escaped, so that no id leads elsewhere', () => {
    expect(urlOf(keyEndpoints.get.path, { keyId: '../auth?x=1#y' })).toBe('/api/keys/..%2Fauth%3Fx%3D1%23y')
    expect(urlOf(modelEndpoints.get.path, { modelId: 'a/b' })).toBe('/api/chat/models/a%2Fb')
  })

  test('has the query that is given, and nothing for what is not', () => {
    expect(urlOf('/api/keys', {}, { limit: 5, cursor: undefined })).toBe('/api/keys?limit=5')
    expect(urlOf('/api/keys')).toBe('/api/keys')
  })
})

const answer = (body: unknown, init: ResponseInit = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status: 400, ...init })

describe('an answer that is no success', () => {
  test('becomes an error with everything the server told', async () => {
    const issues = [{ field: 'ipWhitelist[1]', message: 'Expected an IP address.' }]
    const body = { error: 'Not valid.', code: 'invalid_request', param: 'ipWhitelist[1]', issues }
    const headers = { 'retry-after': '7', 'x-request-id': 'req_1' }
    const error = await apiErrorFrom(answer({ ...body, requestId: 'req_1' }, { headers }))
    expect(error).toMatchObject({
      ...{ message: 'Not valid.', status: 400, code: 'invalid_request', param: 'ipWhitelist[1]' },
      ...{ issues, requestId: 'req_1', retryAfterSeconds: 7, isPassing: false },
    })
    expect(fieldErrors(error)).toEqual({ ipWhitelist: 'Expected an IP address.' })
  })

  test('of the gateway keeps its sentence', async () => {
    const error = await apiErrorFrom(answer({ error: { message: 'No tokens are left.' } }, { status: 429 }))
    expect(error).toMatchObject({ message: 'No tokens are left.', code: 'unknown', status: 429 })
  })

  test.each(['<html>Bad gateway</html>', '', 'null', '[]', '{"error":7}'])(
    'with the body %j still says what to do, and that it may pass',
    async (body) => {
      const error = await apiErrorFrom(answer(body, { status: 502 }))
      expect(error.message).toContain('502')
      expect(error.isPassing).toBe(true)
    },
  )
})

test('of several problems with a field the first is shown', async () => {
  const issues = [
    { field: 'name', message: 'first' },
    { field: 'name', message: 'second' },
  ]
  const error = await apiErrorFrom(answer({ error: 'x', code: 'invalid_request', requestId: 'r', issues }))
  expect(fieldErrors(error)).toEqual({ name: 'first' })
  expect(fieldErrors(new Error('x'))).toEqual({})
})

test('a stream is read alike wherever it is cut, also inside a character', async () => {
  const bytes = new TextEncoder().encode('data: {"a":"é😀"}\n\n: ping\n\ndata: [DONE]\n\n')
  for (let cut = 0; cut <= bytes.length; cut++) {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(bytes.slice(0, cut))
        controller.enqueue(bytes.slice(cut))
        controller.close()
      },
    })
    const lines = []
    for await (const line of dataLines(body)) lines.push(line)
    expect(lines).toEqual(['{"a":"é😀"}', '[DONE]'])
  }
})
