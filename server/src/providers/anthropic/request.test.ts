import { expect, test } from 'vitest'
import { createInProcessTransport } from '../in-process-transport.ts'
import type { ProviderCall } from '../provider.ts'
import { aCall, aRequest, said } from '../test-calls.ts'
import { createAnthropicProvider } from './index.ts'

function aProvider() {
  const transport = createInProcessTransport({
    respond: () => ({ status: 200, headers: {}, body: (async function* () {})() }),
  })
  return createAnthropicProvider({ name: 'a', apiKey: 'secret', transport })
}

const body = {
  model: 'asked',
  max_tokens: 5000,
  messages: [{ role: 'user', content: 'Hello' }],
  context_management: { edits: [] },
  session_id: 's',
  stream: true,
}

function prepared(around: Partial<ProviderCall> & { body?: Record<string, unknown> } = {}) {
  const call = aCall('anthropic-messages', aRequest(), { body, model: 'm', stream: true, ...around })
  const { headers, body: text, changed } = aProvider().prepare(call)
  return { headers, body: JSON.parse(text), changed }
}

test('[B-15] a client’s own request goes on as it came, but for the model and what is ours', () => {
  const { session_id: _ours, ...rest } = body
  expect(prepared()).toEqual({
    headers: { 'content-type': 'application/json', 'x-api-key': 'secret', 'anthropic-version': '2023-06-01' },
    body: { ...rest, model: 'm' },
    changed: [],
  })
})

test('[B-15] the client’s version and betas go on, and never its key', () => {
  const call = aCall('anthropic-messages', aRequest(), { body })
  const headers = { 'anthropic-version': '2024-01-01', 'anthropic-beta': 'a,b', 'x-api-key': 'client' }
  expect(aProvider().prepare({ ...call, request: { ...call.request, headers } }).headers).toEqual({
    'content-type': 'application/json',
    'x-api-key': 'secret',
    'anthropic-version': '2024-01-01',
    'anthropic-beta': 'a,b',
  })
})

const unsigned = { type: 'thinking', thinking: 'hm', signature: '' }
const signed = { type: 'thinking', thinking: 'ah', signature: 'sig' }
const sealed = { type: 'redacted_thinking', data: 'x' }
const spoken = { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }

test('[S-27] thoughts that nobody signed are left out, with a turn of nothing else, which is said', () => {
  const messages = [
    ...body.messages,
    { role: 'assistant', content: [unsigned, signed, { type: 'thinking', thinking: 'oh' }, sealed, spoken] },
    { role: 'user', content: 'Go on' },
    { role: 'assistant', content: [unsigned] },
    { role: 'user', content: [spoken] },
  ]
  const [hello, , goOn, , last] = messages
  const found = prepared({ body: { ...body, messages } })
  expect(found.body.messages).toEqual([
    hello,
    { role: 'assistant', content: [signed, sealed, spoken] },
    goOn,
    last,
  ])
  expect(found.changed).toEqual(['messages[].content[].thinking'])
})

test('[S-27] signed thoughts go on, and so does what is no thought', () => {
  const messages = [
    { role: 'assistant', content: [signed, sealed] },
    { role: 'user', content: 'x' },
  ]
  const found = prepared({ body: { ...body, messages } })
  expect([found.body.messages, found.changed]).toEqual([messages, []])
})

test('a temperature and a cap of the portal’s are put in', () => {
  expect(prepared({ temperature: 0.7, outputTokensCap: 10 }).body).toMatchObject({
    temperature: 0.7,
    max_tokens: 10,
  })
})

test.each([
  [3000, { type: 'enabled', budget_tokens: 1500 }, ['thinking']],
  [1500, { type: 'enabled', budget_tokens: 1024 }, ['thinking']],
  [1024, { type: 'disabled' }, ['thinking']],
  [4001, { type: 'enabled', budget_tokens: 4000 }, []],
])('a cap of %s leaves %j to think, and says so: %j', (outputTokensCap, thinking, changed) => {
  const asked = { ...body, thinking: { type: 'enabled', budget_tokens: 4000 } }
  const found = prepared({ outputTokensCap, body: asked })
  expect([found.body.thinking, found.changed]).toEqual([thinking, changed])
})

test('a request of another dialect is translated, with nothing of its headers', () => {
  const call = aCall('openai-chat', aRequest({ messages: [said('Hi')] }), { model: 'claude-x' })
  const headers = { 'openai-organization': 'o' }
  const found = aProvider().prepare({ ...call, request: { ...call.request, headers } })
  expect(JSON.parse(found.body)).toMatchObject({ model: 'claude-x', messages: [{ role: 'user' }] })
  expect(Object.keys(found.headers).toSorted()).toEqual(['anthropic-version', 'content-type', 'x-api-key'])
})
