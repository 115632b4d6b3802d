import { expect, test } from 'vitest'
import { endpoints } from './index.ts'
import { openApiDocument } from './openapi.ts'

type Operation = {
  security?: unknown[]
  parameters?: { name: string; in: string; required: boolean }[]
  requestBody?: { required: boolean }
  responses: Record<string, { content: Record<string, unknown> }>
}
const document = openApiDocument(endpoints, { title: 'Portal', version: '1' }) as unknown as {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}

test('every endpoint and every alias of one is described', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const declared = endpoints.flatMap(({ method, path, aliases = [] }) =>
    [path, ...aliases].map((each) => `${method} ${each.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`),
  )
  expect(described.sort()).toEqual(declared.sort())
})

test('parameters of the path are required, those of the query as their schema says', () => {
  const usage = document.paths['/api/keys/{keyId}/usage']?.get
  expect(usage?.parameters).toMatchObject([
    { name: 'keyId', in: 'path', required: true },
    { name: 'days', in: 'query', required: false },
  ])
})

test('what needs no key says so, everything else asks for one', () => {
  expect(document.paths['/healthz']?.get?.security).toEqual([])
  expect(document.paths['/api/keys']?.get?.security).toBeUndefined()
  expect(Object.keys(document.paths['/api/keys']?.get?.responses ?? {})).toContain('401')
})

test('an endpoint that streams describes its events', () => {
  const responses = document.paths['/api/chat/completions']?.post?.responses
  expect(Object.keys(responses?.['200']?.content ?? {})).toEqual(['application/json', 'text/event-stream'])
})

test('a body that may be left out is not required', () => {
  expect(document.paths['/api/keys/{keyId}/revoke']?.post?.requestBody?.required).toBe(false)
  expect(document.paths['/api/keys']?.post?.requestBody?.required).toBe(true)
})

test('every operation lists the 405, and what an error of the portal may carry', () => {
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    expect(Object.keys(operation.responses)).toContain('405')
  }
  const bad = document.paths['/api/keys']?.post?.responses['400']?.content['application/json']
  expect(bad).toMatchObject({
    schema: {
      properties: { param: {}, issues: { type: 'array' }, limit: {}, plan: {} },
      required: ['error', 'code', 'requestId'],
    },
  })
})

test('what is not JSON says what it is', () => {
  const types = Object.keys(document.paths['/metrics']?.get?.responses['200']?.content ?? {})
  expect(types).toEqual([expect.stringMatching(/^text\/plain/)])
})
