import { expect, test } from 'vitest'
import { startUpstream } from '../index.ts'
import { ask, open, question } from '../test-client.ts'
import { checkRequest } from './validate.ts'

const user = { role: 'user', content: 'hi' }
const call = { id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' } }
const calling = { role: 'assistant', content: null, tool_calls: [call] }
const result = { role: 'tool', tool_call_id: 'call_1', content: 'noon' }
const tools = [{ type: 'function', function: { name: 'now' } }]
const withMessages = (...messages: unknown[]) => ({ model: 'm', messages })
const withPart = (part: unknown, role = 'user') => withMessages({ role, content: [part] })
const withCall = (changed: object) =>
  withMessages(user, { ...calling, tool_calls: [{ ...call, ...changed }] }, result)
const closed = {
  type: 'object',
  properties: { a: { type: 'null' } },
  required: ['a'],
  additionalProperties: false,
}
const strictFormat = (schema: object) =>
  question('x', {
    response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
  })
const image = (inner: unknown) => withPart({ type: 'image_url', image_url: inner })

test.each<[string, unknown, string | null]>([
  ['a body that is a list', [], null],
  ['no model', { messages: [user] }, 'model'],
  ['an empty model', { model: '', messages: [user] }, 'model'],
  ['no messages', { model: 'm' }, 'messages'],
  ['empty messages', withMessages(), 'messages'],
  ['messages as a string', { model: 'm', messages: 'hi' }, 'messages'],
  ['a message that is a string', withMessages('hi'), 'messages[0]'],
  ['an unknown role', withMessages({ role: 'model', content: 'x' }), 'messages[0].role'],
  ['an inherited name as a role', withMessages({ role: 'constructor', content: 'x' }), 'messages[0].role'],
  [
    'an unknown field of a message',
    withMessages({ ...user, cache_control: {} }),
    'messages[0].cache_control',
  ],
  ['user content of null', withMessages({ role: 'user', content: null }), 'messages[0].content'],
  ['user content as a number', withMessages({ role: 'user', content: 1 }), 'messages[0].content'],
  ['an empty list of parts', withMessages({ role: 'user', content: [] }), 'messages[0].content'],
  [
    'assistant content of null without tool calls',
    withMessages({ role: 'assistant', content: null }),
    'messages[0].content',
  ],
  ['a part of another vendor', withPart({ type: 'tool_result', tool_use_id: 'x' }), 'messages[0].content[0]'],
  ['a text part without text', withPart({ type: 'text' }), 'messages[0].content[0]'],
  [
    'an image in a system message',
    withPart({ type: 'image_url', image_url: { url: 'https://a.b/c' } }, 'system'),
    'messages[0].content[0]',
  ],
  ['an image part without url', image({}), 'messages[0].content[0]'],
  ['an image url as a string', image('https://a.b/c'), 'messages[0].content[0]'],
  ['an image url of another scheme', image({ url: 'file:///etc/passwd' }), 'messages[0].content[0]'],
  ['a file part without data', withPart({ type: 'file', file: {} }), 'messages[0].content[0]'],
  ['a tool message out of nowhere', withMessages(user, result), 'messages[1].tool_call_id'],
  [
    'a tool message of another call',
    withMessages(user, calling, { ...result, tool_call_id: 'x' }),
    'messages[2].tool_call_id',
  ],
  [
    'a tool message without id',
    withMessages(user, calling, { role: 'tool', content: 'x' }),
    'messages[2].tool_call_id',
  ],
  ['a second result of one call', withMessages(user, calling, result, result), 'messages[3].tool_call_id'],
  ['a tool call that nobody answers', withMessages(user, calling), 'messages'],
  ['a tool call answered too late', withMessages(user, calling, user, result), 'messages[2]'],
  [
    'tool arguments as an object',
    withCall({ function: { name: 'now', arguments: {} } }),
    'messages[1].tool_calls[0]',
  ],
  [
    'tool arguments that are not JSON',
    withCall({ function: { name: 'now', arguments: '{"a":' } }),
    'messages[1].tool_calls[0]',
  ],
  ['a tool call without id', withCall({ id: '' }), 'messages[1].tool_calls[0]'],
  [
    'two tool calls with one id',
    withMessages(user, { ...calling, tool_calls: [call, call] }, result),
    'messages[1].tool_calls',
  ],
  [
    'empty tool calls',
    withMessages({ role: 'assistant', content: 'x', tool_calls: [] }),
    'messages[0].tool_calls',
  ],
  ['temperature above 2', question('x', { temperature: 2.1 }), 'temperature'],
  ['temperature below 0', question('x', { temperature: -0.1 }), 'temperature'],
  ['temperature as a string', question('x', { temperature: '1' }), 'temperature'],
  ['top_p above 1', question('x', { top_p: 1.5 }), 'top_p'],
  ['n of 0', question('x', { n: 0 }), 'n'],
  ['n of 1.5', question('x', { n: 1.5 }), 'n'],
  ['max_tokens of 0', question('x', { max_tokens: 0 }), 'max_tokens'],
  ['both token limits', question('x', { max_tokens: 1, max_completion_tokens: 1 }), 'max_tokens'],
  ['five stop strings', question('x', { stop: ['a', 'b', 'c', 'd', 'e'] }), 'stop'],
  ['stream as a string', question('x', { stream: 'true' }), 'stream'],
  [
    'stream_options without stream',
    question('x', { stream_options: { include_usage: true } }),
    'stream_options',
  ],
  [
    'an unknown stream option',
    question('x', { stream: true, stream_options: { usage: true } }),
    'stream_options',
  ],
  [
    'a schema format without schema',
    question('x', { response_format: { type: 'json_schema' } }),
    'response_format',
  ],
  ['a strict format with an option', strictFormat({ ...closed, required: [] }), 'response_format'],
  [
    'a strict format that is open',
    strictFormat({ ...closed, additionalProperties: true }),
    'response_format',
  ],
  [
    'a strict tool with an unknown keyword',
    question('x', {
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            strict: true,
            parameters: { ...closed, properties: { a: { minLength: 1 } } },
          },
        },
      ],
    }),
    'tools[0]',
  ],
  ['empty tools', question('x', { tools: [] }), 'tools'],
  ['a tool of another vendor', question('x', { tools: [{ name: 'now', input_schema: {} }] }), 'tools[0]'],
  [
    'a tool name with a space',
    question('x', { tools: [{ type: 'function', function: { name: 'a b' } }] }),
    'tools[0]',
  ],
  [
    'tool parameters without type',
    question('x', { tools: [{ type: 'function', function: { name: 'a', parameters: { properties: {} } } }] }),
    'tools[0]',
  ],
  ['tool_choice without tools', question('x', { tool_choice: 'auto' }), 'tool_choice'],
  ['parallel_tool_calls without tools', question('x', { parallel_tool_calls: false }), 'parallel_tool_calls'],
  [
    'the tool_choice of another vendor',
    question('x', { tools, tool_choice: { type: 'any' } }),
    'tool_choice',
  ],
  [
    'a tool_choice outside the tools',
    question('x', { tools, tool_choice: { type: 'function', function: { name: 'b' } } }),
    'tool_choice',
  ],
])('refuses %s and names the place', (_, body, param) => {
  expect(checkRequest(body)).toMatchObject({ status: 400, type: 'invalid_request_error', param })
})

test.each<[string, unknown]>([
  [
    'every optional field as null',
    question('x', { temperature: null, stop: null, tools: null, stream_options: null }),
  ],
  [
    'bounds of the numbers',
    question('x', { temperature: 2, top_p: 1, n: 1, max_tokens: 1, presence_penalty: -2 }),
  ],
  ['a strict format that is closed', strictFormat(closed)],
  [
    'a whole tool turn with text after it',
    withMessages(user, calling, result, { role: 'assistant', content: 'ok' }, user),
  ],
  [
    'two calls answered in the other order',
    withMessages(
      user,
      { ...calling, tool_calls: [call, { ...call, id: 'call_2' }] },
      { ...result, tool_call_id: 'call_2' },
      result,
    ),
  ],
  ['empty tool arguments', withCall({ function: { name: 'now', arguments: '' } })],
  [
    'images by URL and by data',
    withMessages({
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'https://a.b/c.png', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'data:image/png;charset=utf-8;base64,AAAA' } },
      ],
    }),
  ],
  [
    'system and developer messages',
    withMessages(
      { role: 'system', content: 'a' },
      { role: 'developer', content: [{ type: 'text', text: 'b' }] },
      user,
    ),
  ],
  [
    'a named tool choice',
    question('x', {
      tools,
      tool_choice: { type: 'function', function: { name: 'now' } },
      parallel_tool_calls: false,
    }),
  ],
])('takes %s', (_, body) => {
  expect(checkRequest(body)).toBeUndefined()
})

test('fields of the portal are refused even where unknown fields are let through', () => {
  for (const mode of ['refuse', 'accept'] as const) {
    expect(checkRequest(question('x', { session_id: 's' }), mode)?.message).toContain('session_id')
  }
  expect(checkRequest(question('x', { top_k: 1 }))?.message).toContain('top_k')
  expect(checkRequest(question('x', { top_k: 1 }), 'accept')).toBeUndefined()
})

test('a refusal is an OpenAI error body with status 400 and uses up no scripted behaviour', async () => {
  await using upstream = await disposable()
  upstream.enqueue({ kind: 'answer', text: 'scripted' })
  for (const body of ['{"model":', { ...question('x'), session_id: 's' }]) {
    const seen = await ask(upstream.url, body)
    expect([seen.status, Object.keys(JSON.parse(seen.text).error).sort()]).toEqual([
      400,
      ['code', 'message', 'param', 'type'],
    ])
  }
  expect((await ask(upstream.url, question('x'))).text).toContain('scripted')
})

test('a missing or wrong key is a 401, an unknown model or path a 404, another content type a 400', async () => {
  await using upstream = await disposable({ apiKey: 'sk-right', models: ['known'] })
  const post = async (
    headers: Record<string, string>,
    body: object = question('x', { model: 'known' }),
    path = '/chat/completions',
  ) => {
    const res = await fetch(upstream.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return [res.status, ((await res.json()) as { error?: { code: string | null } }).error?.code]
  }
  const json = { 'content-type': 'application/json' }
  const right = { ...json, authorization: 'Bearer sk-right' }
  expect(await post(json)).toEqual([401, 'invalid_api_key'])
  expect(await post({ ...json, authorization: 'Bearer sk-right2' })).toEqual([401, 'invalid_api_key'])
  expect(await post({ ...json, authorization: 'sk-right' })).toEqual([401, 'invalid_api_key'])
  expect(await post(right, question('x'))).toEqual([404, 'model_not_found'])
  expect(await post(right, {}, '/completions')).toEqual([404, null])
  expect(await post({ ...right, 'content-type': 'text/plain' })).toEqual([400, null])
  expect(await post({ ...right, 'content-type': 'application/json; charset=utf-8' })).toEqual([
    200,
    undefined,
  ])
})

test('the list of models is there for discovery, behind the same key', async () => {
  await using upstream = await disposable({ apiKey: 'sk-right', models: ['one', 'two'] })
  expect((await fetch(`${upstream.url}/models`)).status).toBe(401)
  const res = await fetch(`${upstream.url}/models`, { headers: { authorization: 'Bearer sk-right' } })
  const list = (await res.json()) as { object: string; data: { id: string; object: string }[] }
  expect([list.object, list.data.map(({ id, object }) => [id, object])]).toEqual([
    'list',
    [
      ['one', 'model'],
      ['two', 'model'],
    ],
  ])
  expect(upstream.requests).toEqual([])
})

test('without a key demanded a server answers like a local one', async () => {
  await using upstream = await disposable({ apiKey: null })
  const res = await fetch(`${upstream.url}/models`)
  expect(res.status).toBe(200)
  const { res: answer } = await open(upstream.url, question('x'))
  expect(answer.statusCode).toBe(200)
})

async function disposable(options: Parameters<typeof startUpstream>[0] = {}) {
  const upstream = await startUpstream(options)
  return { ...upstream, [Symbol.asyncDispose]: upstream.close }
}
