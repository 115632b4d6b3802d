import { expect, test } from 'vitest'
import { startUpstream } from '../index.ts'
import { ask, messages as target } from '../test-client.ts'
import { signatureOf } from './signature.ts'
import { checkCountRequest, checkRequest } from './validate.ts'

const user = { role: 'user', content: 'hi' }
const use = { type: 'tool_use', id: 'toolu_1', name: 'now', input: {} }
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'noon' }
const tool = { name: 'now', input_schema: { type: 'object' } }
const mark = { cache_control: { type: 'ephemeral' } }
const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } }
const pixel = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }
const thinking = { type: 'enabled', budget_tokens: 1024 }
const signed = { type: 'thinking', thinking: 'hm', signature: signatureOf('hm') }
const textBlock = (text: string, extra: object = {}) => ({ type: 'text', text, ...extra })

const body = (extra: object = {}) => ({ model: 'm', max_tokens: 2000, messages: [user], ...extra })
const turns = (...messages: unknown[]) => body({ messages })
const saying = (...content: unknown[]) => turns({ role: 'user', content })
const answering = (...content: unknown[]) => turns(user, { role: 'assistant', content }, user)
/** A conversation whose assistant turn and the user turn behind it are these blocks. */
const calling = (calls: unknown[], results: unknown[]) =>
  turns(user, { role: 'assistant', content: calls }, { role: 'user', content: results })
/** The schema of a closed object with one property. */
const strictly = (a: object) => ({ type: 'object', properties: { a }, additionalProperties: false })
const schema = (inner: object) => body({ output_config: { format: { type: 'json_schema', schema: inner } } })

test.each<[string, unknown, string]>([
  ['a body that is a list', [], 'object'],
  ['no model', { max_tokens: 1, messages: [user] }, 'model: Field required'],
  ['no max_tokens', { model: 'm', messages: [user] }, 'max_tokens: Field required'],
  ['a negative max_tokens', body({ max_tokens: -1 }), 'max_tokens:'],
  ['no messages', { model: 'm', max_tokens: 1 }, 'messages: Field required'],
  ['empty messages', turns(), 'at least one message'],
  ['a field of the other vendor', body({ max_completion_tokens: 1 }), 'max_completion_tokens: Extra inputs'],
  ['a field of the portal', body({ session_id: 's' }), 'session_id: Extra inputs'],
  ['an inherited name as a field', body({ constructor: 1 }), 'constructor: Extra inputs'],
  ['an unknown role', turns(user, { role: 'tool', content: 'x' }), 'messages.1.role'],
  ['an assistant first', turns({ role: 'assistant', content: 'x' }, user), 'first message must use'],
  ['a system message first', turns({ role: 'system', content: 'x' }, user), 'first message must use'],
  [
    'a system message behind the assistant',
    turns(user, { role: 'assistant', content: 'a' }, { role: 'system', content: 'x' }),
    'messages.2: a "system" message',
  ],
  ['an unknown field of a message', turns({ ...user, name: 'x' }), 'messages.0.name: Extra inputs'],
  ['content of null', turns({ role: 'user', content: null }), 'messages.0.content'],
  ['an empty string', turns({ role: 'user', content: '' }), 'messages.0: all messages must have non-empty'],
  ['an empty list', saying(), 'messages.0: all messages must have non-empty'],
  [
    'an empty text block',
    saying(textBlock('')),
    'messages.0.content.0.text: text content blocks must be non',
  ],
  [
    'a blank text block',
    saying(textBlock(' \n')),
    'messages.0.content.0.text: text content blocks must contain',
  ],
  ['a blank string', turns({ role: 'user', content: ' ' }), 'messages.0: text content blocks must contain'],
  [
    'trailing space in the last assistant turn',
    turns(user, { role: 'assistant', content: 'a ' }),
    'trailing',
  ],
  ['an unknown block', saying({ type: 'image_url', image_url: {} }), 'messages.0.content.0.type'],
  [
    'an unknown field of a block',
    saying(textBlock('x', { annotations: [] })),
    'content.0.annotations: Extra',
  ],
  ['an image of the assistant', answering({ type: 'image', source: pixel }), 'messages.1.content.0.type'],
  [
    'an image type that is not taken',
    saying({ type: 'image', source: { ...pixel, media_type: 'image/bmp' } }),
    'media_type',
  ],
  ['an image that is not base64', saying({ type: 'image', source: { ...pixel, data: 'data:x' } }), 'data'],
  ['a document that is no PDF', saying({ type: 'document', source: { ...pixel } }), 'media_type'],
  ['a tool use that nobody answers', answering(use), '`tool_use` ids were found without'],
  [
    'a tool use at the end',
    turns(user, { role: 'assistant', content: [use] }),
    '`tool_use` ids were found without',
  ],
  [
    'text before a tool result',
    calling([use], [textBlock('x'), result]),
    '`tool_use` ids were found without',
  ],
  ['one result of two', calling([use, { ...use, id: 'b' }], [result]), 'immediately after: b.'],
  ['a result out of nowhere', saying(result), 'messages.0.content.0: unexpected `tool_use_id`'],
  [
    'a result of another id',
    calling([use], [result, { ...result, tool_use_id: 'x' }]),
    'unexpected `tool_use_id`',
  ],
  ['a second result', calling([use], [result, result]), 'messages.2.content.1: unexpected'],
  [
    'a result two turns late',
    turns(user, { role: 'assistant', content: 'a' }, { role: 'user', content: [result] }),
    'unexpected',
  ],
  ['an id used twice', calling([use, use], [result]), '`tool_use` ids must be unique'],
  [
    'a tool id with a colon',
    calling([{ ...use, id: 'a:0' }], [{ ...result, tool_use_id: 'a:0' }]),
    'content.0.id',
  ],
  ['an empty tool id', calling([{ ...use, id: '' }], [result]), 'messages.1.content.0.id'],
  ['a tool use name with a dot', calling([{ ...use, name: 'a.b' }], [result]), 'messages.1.content.0.name'],
  ['tool input as a string', calling([{ ...use, input: '{}' }], [result]), 'messages.1.content.0.input'],
  ['empty text in a tool result', calling([use], [{ ...result, content: [textBlock('')] }]), 'non-empty'],
  ['thinking without signature', answering({ type: 'thinking', thinking: 'x' }), 'signature: Field required'],
  ['changed thinking', answering({ ...signed, thinking: 'hmm' }, textBlock('a')), 'Invalid `signature`'],
  [
    'thinking behind text',
    answering(textBlock('a'), signed),
    'messages.1.content.1: thinking blocks must stand first',
  ],
  ['thinking of the user', saying(signed), 'messages.0.content.0.type'],
  [
    'five marks',
    body({ system: [mark, mark, mark, mark, mark].map((one) => textBlock('x', one)) }),
    'maximum of 4',
  ],
  [
    'a fifth mark that is automatic',
    body({ ...mark, system: [1, 2, 3, 4].map(() => textBlock('x', mark)) }),
    'Found 5',
  ],
  [
    'a mark inside a tool result',
    calling([use], [{ ...result, ...mark, content: [1, 2, 3, 4].map(() => textBlock('x', mark)) }]),
    'Found 5',
  ],
  [
    'an hour behind five minutes',
    body({ tools: [{ ...tool, ...mark }], system: [textBlock('x', hour)] }),
    "ttl='1h'",
  ],
  [
    'a mark of another kind',
    saying(textBlock('x', { cache_control: { type: 'permanent' } })),
    'cache_control.type',
  ],
  ['temperature above 1', body({ temperature: 1.1 }), 'temperature:'],
  ['top_p above 1', body({ top_p: 1.1 }), 'top_p:'],
  ['a blank stop sequence', body({ stop_sequences: ['a', ' '] }), 'stop_sequences.1:'],
  ['a stop sequence as a string', body({ stop_sequences: 'a' }), 'stop_sequences:'],
  ['stream as a string', body({ stream: 'true' }), 'stream:'],
  ['an e-mail address as the user', body({ metadata: { user_id: 'ada@example.org' } }), 'metadata.user_id'],
  [
    'a tool of the other vendor',
    body({ tools: [{ type: 'function', function: { name: 'a' } }] }),
    'tools.0.function: Extra',
  ],
  ['a tool without schema', body({ tools: [{ name: 'a' }] }), 'tools.0.input_schema: Field required'],
  ['a schema without type', body({ tools: [{ name: 'a', input_schema: {} }] }), 'tools.0.input_schema.type'],
  [
    'a schema that is a union',
    body({ tools: [{ name: 'a', input_schema: { type: 'object', anyOf: [] } }] }),
    'top level',
  ],
  ['a tool name with a space', body({ tools: [{ ...tool, name: 'a b' }] }), 'tools.0.name'],
  ['a tool name of 129', body({ tools: [{ ...tool, name: 'a'.repeat(129) }] }), 'tools.0.name'],
  ['two tools of one name', body({ tools: [tool, tool] }), 'must be unique'],
  ['tool_choice without tools', body({ tool_choice: { type: 'auto' } }), 'tool_choice'],
  ['tool_choice with empty tools', body({ tools: [], tool_choice: { type: 'auto' } }), 'tool_choice'],
  ['the tool_choice of the other vendor', body({ tools: [tool], tool_choice: 'auto' }), 'tool_choice.type'],
  [
    'no tool, but one at a time',
    body({ tools: [tool], tool_choice: { type: 'none', disable_parallel_tool_use: true } }),
    'Extra',
  ],
  [
    'a tool_choice outside the tools',
    body({ tools: [tool], tool_choice: { type: 'tool', name: 'b' } }),
    "'b'",
  ],
  ['a small budget', body({ thinking: { type: 'enabled', budget_tokens: 1023 } }), 'thinking.budget_tokens'],
  ['a budget of all tokens', body({ max_tokens: 1024, thinking }), '`max_tokens` must be greater'],
  [
    'a budget that is adaptive',
    body({ thinking: { ...thinking, type: 'adaptive' } }),
    'budget_tokens: Extra',
  ],
  ['thinking at a temperature', body({ thinking, temperature: 0.7 }), '`temperature` may only be set to 1'],
  ['thinking with top_k', body({ thinking, top_k: 5 }), '`top_k` must be unset'],
  ['thinking with a low top_p', body({ thinking, top_p: 0.5 }), '`top_p` must be'],
  [
    'thinking with a forced tool',
    body({ thinking, tools: [tool], tool_choice: { type: 'any' } }),
    'forces tool use',
  ],
  ['an unknown effort', body({ output_config: { effort: 'minimal' } }), 'output_config.effort'],
  [
    'a format of the other vendor',
    body({ output_config: { format: { type: 'json_object' } } }),
    'output_config.format.type',
  ],
  [
    'an open object in a format',
    schema({ type: 'object', properties: {} }),
    "'additionalProperties' must be",
  ],
  [
    'an open object inside one',
    schema({ type: 'object', additionalProperties: false, properties: { a: { type: 'object' } } }),
    'schema.properties.a: For',
  ],
  ['a bound of a number', schema({ type: 'integer', minimum: 1 }), 'minimum are not supported'],
  ['a length', schema({ anyOf: [{ type: 'string', maxLength: 1 }] }), 'anyOf.0: For'],
  ['one of several', schema({ oneOf: [{ type: 'string' }] }), 'oneOf are not supported'],
  ['two items at least', schema({ type: 'array', items: {}, minItems: 2 }), 'minItems'],
  ['an odd form', schema({ type: 'string', format: 'regex' }), "'regex' is not supported"],
  ['a choice of objects', schema({ enum: [{}] }), 'Enum values'],
  [
    'a bound in a strict tool',
    body({ tools: [{ ...tool, strict: true, input_schema: strictly({ type: 'integer', maximum: 1 }) }] }),
    'tools.0.input_schema.properties.a: For',
  ],
])('refuses %s and says where', (_, request, sentence) => {
  expect(checkRequest(request)).toContain(sentence)
})

test.each<[string, unknown]>([
  ['optional fields as null', body({ system: null, tools: null, thinking: null, temperature: null })],
  ['bounds of the numbers', body({ temperature: 1, top_p: 1, top_k: 0, max_tokens: 0 })],
  ['consecutive messages of one role', turns(user, user, { role: 'assistant', content: 'a' }, user)],
  ['an empty last assistant message', turns(user, { role: 'assistant', content: '' })],
  ['a system message behind the user', turns(user, { role: 'system', content: 'x' })],
  [
    'results in another order, with text behind',
    calling([use, { ...use, id: 'b' }], [{ ...result, tool_use_id: 'b' }, result, textBlock('x')]),
  ],
  [
    'results in two messages',
    turns(
      user,
      { role: 'assistant', content: [textBlock('so'), use, { ...use, id: 'b' }] },
      { role: 'user', content: [result] },
      { role: 'user', content: [{ ...result, tool_use_id: 'b', is_error: true }] },
    ),
  ],
  ['a result without content', calling([use], [{ type: 'tool_result', tool_use_id: 'toolu_1' }])],
  [
    'signed and redacted thinking first',
    answering(signed, { type: 'redacted_thinking', data: 'x' }, textBlock('a')),
  ],
  [
    'images and documents',
    saying(
      { type: 'image', source: pixel },
      { type: 'document', source: { ...pixel, media_type: 'application/pdf' } },
    ),
  ],
  [
    'four marks, hours first',
    body({ tools: [{ ...tool, ...hour }], system: [textBlock('a', mark), textBlock('b', mark)], ...mark }),
  ],
  ['a server tool', body({ tools: [tool, { type: 'web_search_20250305', name: 'web_search' }] })],
  [
    'thinking with everything that goes with it',
    body({ thinking, temperature: 1, top_p: 0.95, tools: [tool], tool_choice: { type: 'auto' } }),
  ],
  [
    'a closed format',
    schema({
      type: 'object',
      additionalProperties: false,
      properties: { a: { anyOf: [{ type: 'string' }] }, minimum: { enum: [1, null] } },
    }),
  ],
  ['a strict tool', body({ tools: [{ ...tool, strict: true, input_schema: strictly({ type: 'string' }) }] })],
  [
    'a tool that is not strict',
    body({ tools: [{ ...tool, input_schema: { type: 'object', minProperties: 1 } }] }),
  ],
])('takes %s', (_, request) => {
  expect(checkRequest(request)).toBeUndefined()
})

test('counting tokens takes the same conversation, but nothing of the answer', () => {
  const { max_tokens: _, ...counted } = body({ tools: [tool], system: 'x', thinking })
  expect(checkCountRequest(counted)).toBeUndefined()
  expect(checkCountRequest(body())).toContain('max_tokens: Extra inputs')
  expect(checkCountRequest({ ...counted, stream: true })).toContain('stream: Extra inputs')
})

test('a beta may bring fields and blocks, but none of the portal', () => {
  const strictness = { version: '2023-06-01', unknownFields: 'accept' } as const
  expect(
    checkRequest(
      body({ context_management: {}, messages: [{ role: 'user', content: [{ type: 'compaction' }] }] }),
      strictness,
    ),
  ).toBeUndefined()
  expect(checkRequest(body({ session_id: 's' }), strictness)).toContain('session_id')
})

test.each<[string, unknown]>([
  ['temperature', body({ temperature: 1 })],
  ['top_p', body({ top_p: 1 })],
  ['top_k', body({ top_k: 1 })],
  [
    'a document of the assistant',
    answering({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }),
  ],
  ['citations of the user', saying(textBlock('x', { citations: [{ type: 'char_location' }] }))],
])('version 2023-06-01 takes %s, version 2026-10-21 does not', (_, request) => {
  expect(checkRequest(request)).toBeUndefined()
  expect(checkRequest(request, { version: '2026-10-21', unknownFields: 'accept' })).toContain('not permitted')
})

test('a refusal is an Anthropic error with its request id, and uses up no scripted behaviour', async () => {
  await using upstream = await disposable()
  upstream.enqueue({ kind: 'answer', text: 'scripted' })
  for (const wrong of ['{"model":', body({ session_id: 's' })]) {
    const seen = await ask(upstream.url, wrong, target)
    expect([seen.status, JSON.parse(seen.text)]).toEqual([
      400,
      {
        type: 'error',
        error: { type: 'invalid_request_error', message: expect.any(String) },
        request_id: seen.headers['request-id'],
      },
    ])
  }
  expect((await ask(upstream.url, body(), target)).text).toContain('scripted')
})

test('a key comes in either header, x-api-key before the other; version, model and path are checked', async () => {
  await using upstream = await disposable({ apiKey: 'sk-right', models: ['m'] })
  const post = async (headers: Record<string, string>, sent: object = body(), path = '/messages') => {
    const seen = await ask(upstream.url, sent, { path, headers })
    return [seen.status, JSON.parse(seen.text).error?.type]
  }
  const version = { 'anthropic-version': '2023-06-01' }
  const right = { ...version, 'x-api-key': 'sk-right' }
  const wrong = [401, 'authentication_error']
  expect(await post(right)).toEqual([200, undefined])
  expect(await post({ ...version, authorization: 'Bearer sk-right' })).toEqual([200, undefined])
  expect(await post({ ...right, authorization: 'Bearer sk-wrong' })).toEqual([200, undefined])
  expect(await post({ ...version, 'x-api-key': 'sk-wrong', authorization: 'Bearer sk-right' })).toEqual(wrong)
  expect(await post(version)).toEqual(wrong)
  expect(await post({ 'x-api-key': 'sk-right' })).toEqual([400, 'invalid_request_error'])
  expect(await post({ ...right, 'anthropic-version': '2024-01-01' })).toEqual([400, 'invalid_request_error'])
  expect(await post(right, body({ model: 'x' }))).toEqual([404, 'not_found_error'])
  expect(await post(right, body(), '/complete')).toEqual([404, 'not_found_error'])
})

test('the headers decide how the same body is read', async () => {
  await using upstream = await disposable()
  const status = async (sent: object, headers: Record<string, string>) =>
    (await ask(upstream.url, sent, { ...target, headers: { ...target.headers, ...headers } })).status
  const beta = body({ context_management: {} })
  expect(await status(beta, {})).toBe(400)
  expect(await status(beta, { 'anthropic-beta': 'context-management-2025-06-27' })).toBe(200)
  const warm = body({ temperature: 0.5 })
  expect(await status(warm, {})).toBe(200)
  expect(await status(warm, { 'anthropic-version': '2026-10-21' })).toBe(400)
})

test('the list of models is in the dialect that the headers ask for, behind the same key', async () => {
  await using upstream = await disposable({ apiKey: 'sk-right', models: ['one', 'two'] })
  const list = (headers: Record<string, string>) => fetch(`${upstream.url}/models?limit=9`, { headers })
  expect((await list({ 'anthropic-version': '2023-06-01' })).status).toBe(401)
  const res = await list({ 'anthropic-version': '2023-06-01', 'x-api-key': 'sk-right' })
  expect(await res.json()).toMatchObject({
    data: [
      { type: 'model', id: 'one' },
      { type: 'model', id: 'two' },
    ],
    has_more: false,
    first_id: 'one',
    last_id: 'two',
  })
  expect(await (await list({ authorization: 'Bearer sk-right' })).json()).toMatchObject({ object: 'list' })
  expect(upstream.requests).toEqual([])
})

async function disposable(options: Parameters<typeof startUpstream>[0] = {}) {
  const upstream = await startUpstream(options)
  return { ...upstream, [Symbol.asyncDispose]: upstream.close }
}
