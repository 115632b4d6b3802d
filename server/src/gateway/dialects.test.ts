// Two dialects of clients over two of upstreams: what holds for each pair.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import {
  type Behaviour,
  claudeModel,
  eventually,
  olderClaudeModel,
  type Portal,
  startPortal,
} from '../test/index.ts'
import { checkAnthropicStream, checkOpenAiStream } from './dialects/test-grammar.ts'

const mixed = {
  id: 'mixed-model',
  targets: [
    ...['one', 'two', 'three'].map((name) => ({
      provider: 'first-anthropic',
      model: `claude-${name}`,
      weight: 1_000_000,
    })),
    { provider: 'first', model: 'upstream-model', weight: 0.000001 },
  ],
}

const mixedOtherWay = {
  id: 'mixed-other-way',
  targets: [
    { provider: 'first', model: 'upstream-model', weight: 1_000_000 },
    { provider: 'first-anthropic', model: 'claude-one', weight: 0.000001 },
  ],
}

let cluster: TestCluster
let portal: Portal
let secret: string
beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await startPortal({ cluster, models: [{}, claudeModel, olderClaudeModel, mixedOtherWay, mixed] })
  secret = (await portal.aKey()).secret
})
afterAll(async () => {
  await portal?.close()
  await cluster?.stop()
})
beforeEach(() => portal.upstream.reset())

type Client = {
  format: 'openai' | 'anthropic'
  path: string
  read(text: string): { text: string; hasError: boolean }
}
const clients: Client[] = [
  {
    format: 'openai',
    path: '/api/chat/completions',
    read(text) {
      const { choices, error } = checkOpenAiStream(text)
      return { text: choices[0]?.text ?? '', hasError: error !== null }
    },
  },
  {
    format: 'anthropic',
    path: '/api/v1/messages',
    read(text) {
      const { blocks, error } = checkAnthropicStream(text)
      return { text: blocks.map((block) => block.text).join(''), hasError: error !== null }
    },
  },
]
const pairs = clients.flatMap((client) =>
  ['test-model', 'claude-model'].map((model) => ({ ...client, client, model })),
)

const body = (model: string, fields: object = {}) => ({
  model,
  max_tokens: 500,
  messages: [{ role: 'user', content: 'Say hello to the world' }],
  ...fields,
})

const imagePart = (type: string) => ({
  type: 'image_url',
  image_url: { url: `data:${type};base64,iVBORw0KGgo=` },
})

async function ask(
  { path }: Client,
  { key = secret, headers, ...asked }: { key?: string; headers?: Record<string, string>; body: unknown },
) {
  const response = await portal.post({ key, path, body: asked.body, ...(headers && { headers }) })
  return { response, text: await response.text() }
}

const last = async () => {
  const rows = await portal.ledgerRows()
  return rows.at(-1)
}

describe.each(pairs)('$format for $model', ({ client, format, model }) => {
  test('[D-09] [L-09] whole and streamed answers are metered alike, under the client’s dialect', async () => {
    for (const stream of [false, true]) {
      portal.upstream.enqueue({ kind: 'answer', chunks: ['one ', 'two ', 'three'] })
      const { response } = await ask(client, { body: body(model, { stream }) })
      expect(response.status).toBe(200)
      expect(response.headers.get('x-portal-format')).toBe(format)
      const id = response.headers.get('x-request-id')
      const row = await last()
      expect(row).toMatchObject({
        id,
        dialect: format === 'openai' ? 'openai-chat' : 'anthropic-messages',
        model,
        streamed: stream,
        status: 'ok',
        output_tokens: 3n,
        estimated: false,
      })
      expect(row?.input_tokens).toBeGreaterThan(0n)
    }
  })

  const broken: [string, Behaviour][] = [
    ['an error event', { kind: 'error-in-stream', afterEvents: 4, text: 'one two three four' }],
    ['a malformed event', { kind: 'malformed-json', afterEvents: 4, text: 'one two three four' }],
    ['a reset', { kind: 'reset', after: 4, rst: true, text: 'one two three four' }],
  ]
  test.each(broken)('[S-20] [S-21] %s after content ends the stream as an error', async (_, behaviour) => {
    portal.upstream.enqueue(behaviour)
    const { response, text } = await ask(client, { body: body(model, { stream: true }) })
    expect(response.status).toBe(200)
    const read = client.read(text)
    expect(read.hasError).toBe(true)
    expect(read.text).toMatch(/^one/)
    expect(text).not.toMatch(/\[DONE\]|message_stop/)
    await eventually(() => expect(portal.held()).toEqual({ openLeases: 0, heldTokens: 0 }))
  })

  test('[S-22] [S-23] an error before content is an ordinary error, and tried again first', async () => {
    const failing: Behaviour = { kind: 'error-in-stream', afterEvents: 0 }
    portal.upstream.enqueue(failing, { kind: 'answer', text: 'well' })
    const { text } = await ask(client, { body: body(model, { stream: true }) })
    expect(client.read(text)).toEqual({ text: 'well', hasError: false })
    portal.upstream.enqueue(failing, failing, failing)
    const { response } = await ask(client, { body: body(model, { stream: true }) })
    expect(response.status).toBeGreaterThanOrEqual(500)
    expect(response.headers.get('content-type')).toBe('application/json')
  })

  test('[S-18] after 15 seconds of silence there is a sign of life, of no content', async () => {
    portal.upstream.enqueue({ kind: 'hang', after: 4, text: 'one two three four' })
    const leaving = new AbortController()
    const response = await portal.post({
      key: secret,
      path: client.path,
      body: body(model, { stream: true }),
      signal: leaving.signal,
    })
    let text = ''
    const reading = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
    })().catch(() => {})
    await eventually(() => expect(text).toContain('one'))
    const before = text.length
    portal.tick(15_001)
    await eventually(() => expect(text.length).toBeGreaterThan(before))
    expect(text.slice(before)).toBe(
      format === 'openai' ? ': ping\n\n' : 'event: ping\ndata: {"type": "ping"}\n\n',
    )
    leaving.abort()
    await reading
    await portal.upstream.requests.at(-1)?.aborted
    await eventually(async () => expect(await last()).toMatchObject({ status: 'client_cancelled' }))
  })

  test('[S-31] a stream that runs out of tokens ends as one that reached its limit', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 60 })
    const chunks = Array.from({ length: 400 }, () => 'word ')
    portal.upstream.enqueue({ kind: 'answer', chunks, delayMs: 1, wire: { together: 20 } })
    const { text } = await ask(client, { key, body: body(model, { stream: true }) })
    expect(client.read(text).hasError).toBe(false)
    expect(text).toMatch(format === 'openai' ? /"finish_reason":"length"/ : /"stop_reason":"max_tokens"/)
    expect(await last()).toMatchObject({ status: 'ok', error_code: 'token_limit_exceeded' })
  })

  test('[GW-L3] a whole answer is capped to what is left, which is said', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 100 })
    const { response } = await ask(client, { key, body: body(model) })
    expect(response.status).toBe(200)
    const [, cap] = /max_tokens=(\d+)/.exec(response.headers.get('x-portal-changed') ?? '') ?? []
    expect(Number(cap)).toBeLessThan(100)
    expect(portal.upstream.requests.at(-1)?.body).toMatchObject({ max_tokens: Number(cap) })
  })

  test.each([
    [401, { status: 502, type: 'api_error' }],
    [429, { status: 429, type: 'rate_limit_error' }],
    [503, { status: 503, type: format === 'openai' ? 'api_error' : 'overloaded_error' }],
    [
      529,
      format === 'openai' ? { status: 503, type: 'api_error' } : { status: 529, type: 'overloaded_error' },
    ],
  ])('[E-01] [E-02] [E-07] an upstream’s %i is said in kind', async (status, expected) => {
    const failing: Behaviour = { kind: 'status', status }
    portal.upstream.enqueue(failing, failing, failing)
    const { response, text } = await ask(client, { body: body(model) })
    expect(response.status).toBe(expected.status)
    const { error, type, request_id: id } = JSON.parse(text)
    expect(error.type).toBe(expected.type)
    if (format === 'anthropic')
      expect({ type, id }).toEqual({ type: 'error', id: response.headers.get('request-id') })
  })
})

const anthropicVersion = { 'anthropic-version': '2023-06-01' }

test.each([
  ['no key', {}],
  ['a key that is none', { 'x-api-key': 'sk-live-wrong' }],
])('[D-07] what is refused before the body is read is told by path or header: %s', async (_, headers) => {
  const refused = [
    portal.post({ path: '/api/v1/messages', headers, body: 'not even JSON' }),
    portal.post({ path: '/api/messages', headers, body: '{}' }),
    portal.post({ path: '/api/v1/messages/count_tokens', headers, body: '{}' }),
    portal.post({ headers: { ...headers, ...anthropicVersion }, body: '{}' }),
    fetch(`${portal.url}/api/v1/models`, { headers: { ...headers, ...anthropicVersion } }),
  ]
  for (const response of await Promise.all(refused)) {
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'authentication_error', message: expect.any(String) },
      request_id: response.headers.get('x-request-id'),
    })
  }
})

test('[D-03] [D-06] on the shared path the body tells the dialect, and signs of both are a 400 that names them', async () => {
  const anthropic = await portal.post({ key: secret, body: body('claude-model', { system: 'Be brief.' }) })
  expect(await anthropic.json()).toMatchObject({ type: 'message' })
  const both = await portal.post({
    key: secret,
    body: body('claude-model', { system: 'Be brief.', response_format: { type: 'text' } }),
  })
  expect(both.status).toBe(400)
  expect(await both.text()).toMatch(/response_format.*system|system.*response_format/)
})

test('[B-15] beta headers and unknown fields go to Anthropic’s servers; elsewhere they are left out and said', async () => {
  const asked = (model: string) => ({
    key: secret,
    path: '/api/v1/messages',
    headers: { ...anthropicVersion, 'anthropic-beta': 'one-2026-01-01,two-2026-01-01' },
    body: body(model, { context_management: { edits: [] }, top_k: 5 }),
  })
  expect((await portal.post(asked('claude-model'))).status).toBe(200)
  const sent = portal.upstream.requests.at(-1)
  expect(sent?.body).toMatchObject({ context_management: { edits: [] }, top_k: 5 })
  expect(sent?.headers['anthropic-beta']).toBe('one-2026-01-01,two-2026-01-01')
  const elsewhere = await portal.post(asked('test-model'))
  expect(elsewhere.status).toBe(200)
  const changed = elsewhere.headers.get('x-portal-changed')?.split(', ')
  expect(changed).toEqual(expect.arrayContaining(['context_management', 'top_k', 'anthropic-beta']))
  expect(portal.upstream.requests.at(-1)?.body).not.toHaveProperty('context_management')
})

test('[S-27] an OpenAI server’s thoughts, given back to Anthropic’s, are left out and said', async () => {
  const ask = (model: string, messages: unknown[]) =>
    portal.post({ key: secret, path: '/api/v1/messages', body: { model, max_tokens: 500, messages } })
  const asked = { role: 'user', content: 'Hello' }
  const message = { role: 'assistant', content: 'Hi', reasoning_content: 'hm' }
  const completion = { choices: [{ index: 0, message, finish_reason: 'stop' }] }
  portal.upstream.enqueue({ kind: 'raw', writes: [JSON.stringify(completion)] })
  const { content } = (await (await ask('test-model', [asked])).json()) as { content: unknown[] }
  expect(content[0]).toEqual({ type: 'thinking', thinking: 'hm', signature: '' })
  const conversation = [asked, { role: 'assistant', content }, { role: 'user', content: 'Go on' }]
  const answer = await ask('claude-model', conversation)
  expect([answer.status, answer.headers.get('x-portal-changed')]).toEqual([
    200,
    'messages[].content[].thinking',
  ])
  const counted = await portal.post({
    key: secret,
    path: '/api/v1/messages/count_tokens',
    body: { model: 'claude-model', messages: conversation },
  })
  expect(counted.headers.get('x-portal-count')).toBe('exact')
})

test.each([
  ['claude-model', 'upstream-claude'],
  ['test-model', 'upstream-model'],
])('[C-11] the answer of %s has that name, and a header the upstream’s: %s', async (model, upstreams) => {
  for (const stream of [false, true]) {
    const response = await portal.post({ key: secret, body: body(model, { stream }) })
    expect(response.headers.get('x-portal-model')).toBe(upstreams)
    const answer = await response.text()
    expect(answer).toContain(`"${model}"`)
    expect(answer).not.toContain(upstreams)
  }
})

test('a field’s name that no header takes is said all the same', async () => {
  const response = await portal.post({
    key: secret,
    path: '/api/v1/messages',
    body: body('test-model', { 'größe\n\ud83d\ude00, x': 1 }),
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-portal-changed')).toMatch(/^gr\?\?e/)
})

test('[B-11] server tools go to Anthropic’s servers, and are a 400 elsewhere that takes no place', async () => {
  const tools = [{ type: 'web_search_20250305', name: 'web_search' }]
  const refused = await portal.post({
    key: secret,
    path: '/api/v1/messages',
    body: body('test-model', { tools }),
  })
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain('web_search')
  expect(portal.upstream.requests).toHaveLength(0)
})

test('a target that cannot be asked is passed over for one that can', async () => {
  const response = await portal.post({ key: secret, body: body('mixed-model', { n: 2 }) })
  expect(response.status).toBe(200)
  const { choices } = (await response.json()) as { choices: unknown[] }
  expect(choices).toHaveLength(2)
  expect(portal.upstream.requests.map(({ dialect }) => dialect)).toEqual(['openai'])
})

test('what the target that can be asked answers is what the client is told, after as many tries as ever', async () => {
  const failing: Behaviour = { kind: 'status', status: 503 }
  portal.upstream.enqueue(failing, failing, failing)
  const response = await portal.post({ key: secret, body: body('mixed-model', { n: 2 }) })
  expect(response.status).toBe(503)
  expect(portal.upstream.requests).toHaveLength(3)
})

test.each([
  ['a temperature', { temperature: 1.5 }],
  ['an image of a kind', { messages: [{ role: 'user', content: [imagePart('image/tiff')] }] }],
])('%s that only translating finds at fault takes no place either', async (_, fields) => {
  const response = await portal.post({ key: secret, body: body('claude-model', fields) })
  expect(response.status).toBe(400)
  expect(await portal.ledgerRows(`id = '${response.headers.get('x-request-id')}'`)).toEqual([])
  expect(portal.upstream.requests).toHaveLength(0)
})

test('[GW-G4] who leaves pays for the images that were sent, though nobody counted them', async () => {
  portal.upstream.enqueue({ kind: 'hang', after: 3, text: 'one two three' })
  const leaving = new AbortController()
  const messages = [{ role: 'user', content: Array.from({ length: 5 }, () => imagePart('image/png')) }]
  const response = await portal.post({
    key: secret,
    body: body('test-model', { stream: true, messages }),
    signal: leaving.signal,
  })
  await response.body?.getReader().read()
  leaving.abort()
  await portal.upstream.requests.at(-1)?.aborted
  await eventually(async () => expect(await last()).toMatchObject({ status: 'client_cancelled' }))
  expect((await last())?.input_tokens).toBeGreaterThan(5000n)
})

test('[A-14] [A-22] schemas go to Anthropic’s servers as those take them, and that is said', async () => {
  const bounded = {
    type: 'object',
    properties: { age: { type: 'integer', minimum: 0 } },
    required: ['age'],
    additionalProperties: false,
  }
  const tool = { type: 'function', function: { name: 'f', parameters: bounded, strict: true } }
  const json_schema = { name: 'person', schema: bounded, strict: true }
  const response = await portal.post({
    key: secret,
    body: body('claude-model', { tools: [tool], response_format: { type: 'json_schema', json_schema } }),
  })
  expect([response.status, response.headers.get('x-portal-changed')]).toEqual([
    200,
    'response_format, tools[].function.parameters',
  ])
})

test('[C-06] a whole answer of Anthropic’s that was cut in a call has no arguments, and no answer is {}', async () => {
  const cutIn = (name: string) => {
    const content = [{ type: 'tool_use', id: 'toolu_1', name, input: {} }]
    const message = { type: 'message', content, stop_reason: 'max_tokens', usage: { output_tokens: 1 } }
    portal.upstream.enqueue({ kind: 'raw', writes: [JSON.stringify(message)] })
  }
  const choiceOf = async (fields: object) => {
    const response = await portal.post({ key: secret, body: body('older-claude-model', fields) })
    const { choices } = (await response.json()) as { choices: Record<string, unknown>[] }
    return choices[0]
  }
  cutIn('f')
  const tools = [{ type: 'function', function: { name: 'f' } }]
  expect(await choiceOf({ tools })).toMatchObject({
    finish_reason: 'length',
    message: { tool_calls: [{ function: { name: 'f', arguments: '' } }] },
  })
  cutIn('person')
  const json_schema = { name: 'person', schema: { type: 'object' } }
  expect(await choiceOf({ response_format: { type: 'json_schema', json_schema } })).toMatchObject({
    finish_reason: 'length',
    message: { content: '' },
  })
})

test.each(['mixed-model', 'mixed-other-way'])(
  '[A-18] what is held for %s is what its target is asked for, and said',
  async (model) => {
    const { secret: key } = await portal.aKey({ dailyLimit: 1_000_000 })
    for (const stream of [false, true]) {
      const asked = { ...body(model, { stream }), max_tokens: undefined }
      const answer = await portal.post({ key, body: asked })
      await answer.text()
      expect(answer.headers.get('x-portal-changed')).toBe('max_tokens=4096')
      portal.upstream.enqueue({ kind: 'hang', after: 'nothing' })
      const leaving = new AbortController()
      const response = portal.post({ key, body: asked, signal: leaving.signal }).catch(() => {})
      await eventually(() => expect(portal.upstream.requests).toHaveLength(2))
      const { heldTokens } = portal.held()
      expect([heldTokens > 4096, heldTokens < 4196]).toEqual([true, true])
      expect(portal.upstream.requests.map((request) => request.body)).toMatchObject([
        { max_tokens: 4096 },
        { max_tokens: 4096 },
      ])
      leaving.abort()
      await response
      await eventually(() => expect(portal.held()).toEqual({ openLeases: 0, heldTokens: 0 }))
      portal.upstream.reset()
    }
  },
)

test('[A-21] where no target can, it is a 400 that names the field, before a place is taken', async () => {
  const response = await portal.post({ key: secret, body: body('claude-model', { n: 2 }) })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { param: 'n' } })
  expect(await portal.ledgerRows(`id = '${response.headers.get('x-request-id')}'`)).toEqual([])
})

test('[B-18] tokens are counted with system, tools and what stands around messages', async () => {
  const count = async (fields: object) => {
    const response = await portal.post({
      key: secret,
      path: '/api/v1/messages/count_tokens',
      body: { model: 'test-model', messages: [{ role: 'user', content: 'Hello there' }], ...fields },
    })
    expect([response.status, response.headers.get('x-portal-count')]).toEqual([200, 'estimated'])
    return ((await response.json()) as { input_tokens: number }).input_tokens
  }
  const plain = await count({})
  expect(plain).toBe(9)
  const system = await count({ system: 'You answer in rhymes, every time.' })
  expect(system).toBeGreaterThan(plain)
  const tools = [
    { name: 'get_weather', description: 'The weather in a city', input_schema: { type: 'object' } },
  ]
  expect(await count({ system: 'You answer in rhymes, every time.', tools })).toBeGreaterThan(system)
  expect(portal.upstream.requests).toHaveLength(0)
})

test('[B-18] what Anthropic’s server counts is exact; where it does not answer, the count is ours', async () => {
  const ask = async () => {
    const response = await portal.post({
      key: secret,
      path: '/api/v1/messages/count_tokens',
      headers: { 'anthropic-beta': 'context-1m-2025-08-07' },
      body: { model: 'claude-model', messages: [{ role: 'user', content: 'Hello there' }], session_id: null },
    })
    const { input_tokens: tokens } = (await response.json()) as { input_tokens: number }
    return [response.status, response.headers.get('x-portal-count'), tokens]
  }
  // The scripted upstream counts words.
  expect(await ask()).toEqual([200, 'exact', 2])
  const [sent] = portal.upstream.requests
  expect(sent).toMatchObject({
    path: '/v1/messages/count_tokens',
    headers: { 'anthropic-beta': 'context-1m-2025-08-07' },
  })
  expect(sent?.body).toEqual({
    model: 'upstream-claude',
    messages: [{ role: 'user', content: 'Hello there' }],
  })
  portal.upstream.enqueue({ kind: 'status', status: 500 })
  expect(await ask()).toEqual([200, 'estimated', 9])
  portal.upstream.enqueue({ kind: 'answer', usage: { input_tokens: 'many' } })
  expect(await ask()).toEqual([200, 'estimated', 9])
})

test('[D-01] the base URL answers HEAD, and models are listed in the client’s shape', async () => {
  for (const path of ['/api', '/api/v1']) {
    expect((await fetch(portal.url + path, { method: 'HEAD' })).status).toBe(200)
  }
  const list = await fetch(`${portal.url}/api/v1/models`, {
    headers: { 'x-api-key': secret, ...anthropicVersion },
  })
  expect(await list.json()).toMatchObject({
    data: expect.arrayContaining([
      { type: 'model', id: 'claude-model', display_name: 'claude-model', created_at: expect.any(String) },
    ]),
    has_more: false,
    first_id: 'test-model',
    last_id: 'mixed-model',
  })
})
