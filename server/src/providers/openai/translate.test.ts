import { expect, test } from 'vitest'
import type { NeutralMessage, NeutralRequest, UserBlock } from '../../neutral/index.ts'
import type { ProviderCall } from '../provider.ts'
import { aCall, answered, aRequest, aTool, called, returned, said } from '../test-calls.ts'
import { encodeRequest } from './request.ts'

type Around = Partial<ProviderCall> & { body?: Record<string, unknown> }

const encoded = (given: Partial<NeutralRequest>, around: Around = {}) =>
  encodeRequest(aCall('anthropic-messages', aRequest(given), { model: 'm', ...around }))
const messagesOf = (...messages: NeutralMessage[]) => encoded({ messages }).body.messages
const text = (text: string) => ({ type: 'text', text }) as const
const image = { type: 'image', mediaType: 'image/webp', base64: 'AA' } as const
const imagePart = { type: 'image_url', image_url: { url: 'data:image/webp;base64,AA' } }
const user = (...content: UserBlock[]): NeutralMessage => ({ role: 'user', content })

test('[B-01] [B-17] results are messages of their own first, then one message with all else in order', () => {
  expect(messagesOf(user(returned('a', '1'), returned('b', '2'), text('And?'), image))).toEqual([
    { role: 'tool', tool_call_id: 'a', content: '1' },
    { role: 'tool', tool_call_id: 'b', content: '2' },
    { role: 'user', content: [text('And?'), imagePart] },
  ])
})

test('[B-02] a picture that a tool returned follows in the user’s message, under the call’s id', () => {
  const content = [text('seen'), image]
  expect(messagesOf(user({ ...returned('a'), content }, text('And?')))).toEqual([
    { role: 'tool', tool_call_id: 'a', content: 'seen' },
    { role: 'user', content: [text('Attached to the result of the tool call a:'), imagePart, text('And?')] },
  ])
})

test('[B-03] [B-04] a result without content keeps its message', () => {
  expect(messagesOf(user(returned('a', '')))).toEqual([{ role: 'tool', tool_call_id: 'a', content: '' }])
})

test('[B-05] an error is one in words', () => {
  expect(messagesOf(user({ ...returned('a', 'no such file'), isError: true }))).toEqual([
    { role: 'tool', tool_call_id: 'a', content: 'Error: no such file' },
  ])
})

test('[B-06] calls keep their arguments as they were, with null where nothing was said', () => {
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{"n": 1e400}' } }
  const content = [called('a', '{"n": 1e400}')]
  expect(messagesOf({ role: 'assistant', content })).toEqual([
    { role: 'assistant', content: null, tool_calls: [call] },
  ])
  expect(messagesOf({ role: 'assistant', content: [text(''), ...content] })).toEqual([
    { role: 'assistant', content: null, tool_calls: [call] },
  ])
  expect(messagesOf({ role: 'assistant', content: [text('So'), ...content] })).toEqual([
    { role: 'assistant', content: 'So', tool_calls: [call] },
  ])
})

test('[B-07] thoughts are never sent as text; a turn of nothing else is left out', () => {
  const thoughts = [
    { type: 'reasoning', text: 'secret', signature: 's' },
    { type: 'redacted-reasoning', data: 'hidden' },
  ] as const
  const messages = messagesOf(
    said('Go'),
    { role: 'assistant', content: [...thoughts] },
    { role: 'assistant', content: [...thoughts, text('So')] },
  )
  expect(messages).toEqual([
    { role: 'user', content: 'Go' },
    { role: 'assistant', content: 'So' },
  ])
})

test('[B-08] system blocks are one message; an instruction in the middle stays where it is', () => {
  const { body, changed } = encoded({
    system: [text('a'), text('b')],
    messages: [said('Go'), { role: 'system', content: [text('c')] }, answered('So')],
  })
  expect(body.messages).toEqual([
    { role: 'system', content: 'a\n\nb' },
    { role: 'user', content: 'Go' },
    { role: 'system', content: 'c' },
    { role: 'assistant', content: 'So' },
  ])
  expect(changed).toEqual([])
})

test.each([
  [{ type: 'auto' }, 'auto'],
  [{ type: 'required' }, 'required'],
  [{ type: 'none' }, 'none'],
  [
    { type: 'function', name: 'f' },
    { type: 'function', function: { name: 'f' } },
  ],
  [null, undefined],
] as const)('[B-09] [B-10] the choice %j is %j, and none without tools', (toolChoice, expected) => {
  expect(encoded({ tools: [aTool], toolChoice }).body.tool_choice).toEqual(expected)
  expect('tool_choice' in encoded({ toolChoice }).body).toBe(false)
})

test('[B-09] [B-10] that one call at most is made goes on, and not without tools', () => {
  expect(encoded({ tools: [aTool], parallelTools: false }).body.parallel_tool_calls).toBe(false)
  for (const given of [{ tools: [aTool] }, { tools: [aTool], parallelTools: true }, { parallelTools: false }])
    expect('parallel_tool_calls' in encoded(given).body).toBe(false)
})

test('tools go on with their schema as it was spelled', () => {
  const parameters = { type: 'object', properties: {}, $defs: {}, anyOf: [{}] }
  expect(encoded({ tools: [{ ...aTool, description: 'D', strict: false, parameters }] }).body.tools).toEqual([
    { type: 'function', function: { name: 'f', description: 'D', parameters, strict: false } },
  ])
})

const closed = {
  type: 'object',
  properties: { a: { type: 'null' } },
  required: ['a'],
  additionalProperties: false,
}
const withOption = { ...closed, required: [] }

test('[B-19] a tool is strict where OpenAI takes its schema as strict; where not, that is said', () => {
  const strictly = (parameters: Record<string, unknown>) => {
    const { body, changed } = encoded({ tools: [{ ...aTool, parameters, strict: true }] })
    return [body.tools, changed]
  }
  const fn = { name: 'f', parameters: closed, strict: true }
  expect(strictly(closed)).toEqual([[{ type: 'function', function: fn }], []])
  const other = { name: 'f', parameters: withOption }
  expect(strictly(withOption)).toEqual([[{ type: 'function', function: other }], ['tools[].strict']])
})

test.each([{}, { type: 'object' }, { type: 'object', description: 'None' }])(
  'parameters %j get the properties that OpenAI insists on',
  (parameters) => {
    const [tool] = encoded({ tools: [{ ...aTool, parameters }] }).body.tools as { function: object }[]
    expect(tool?.function).toMatchObject({ parameters: { ...parameters, type: 'object', properties: {} } })
  },
)

test('[B-12] stops go on up to four; more are a 400', () => {
  expect(encoded({ stop: ['a', 'b', '', 'c', 'd'] }).body.stop).toEqual(['a', 'b', 'c', 'd'])
  expect('stop' in encoded({}).body).toBe(false)
  expect(() => encoded({ stop: ['a', 'b', 'c', 'd', 'e'] })).toThrow(
    'stop_sequences: This model takes at most 4',
  )
})

test('[B-12] [B-15] fields that say nothing here are named, and never a 400', () => {
  const ownFields = ['top_k', 'context_management']
  expect(encoded({ ownFields }).changed).toEqual(ownFields)
})

const cache = { type: 'ephemeral' }
test.each<[string, Partial<NeutralRequest>]>([
  ['a system block', { system: [{ ...text('a'), cache }] }],
  ['a tool', { tools: [{ ...aTool, cache }] }],
  ['a part', { messages: [user({ ...image, cache })] }],
  ['a part of a result', { messages: [user({ ...returned('a'), content: [{ ...text('a'), cache }] })] }],
])('[B-08] a cache mark on %s says nothing here, and is named', (_, given) => {
  const { body, changed } = encoded(given)
  expect(changed).toEqual(['cache_control'])
  expect(JSON.stringify(body)).not.toMatch(/cache|ephemeral/)
})

test('[B-12] the user’s id goes on; one too long for OpenAI as its digest, always the same', () => {
  expect(encoded({ endUser: 'u1' }).body.user).toBe('u1')
  const long = encoded({ endUser: 'u'.repeat(65) })
  expect(long.body.user).toMatch(/^[0-9a-f]{64}$/)
  expect(long.changed).toEqual(['metadata.user_id'])
  expect(encoded({ endUser: 'u'.repeat(65) }).body.user).toBe(long.body.user)
})

test('[B-14] a reasoning model gets the cap under its newer name, and no temperature', () => {
  const given = { outputTokensMax: 10, temperature: 0.5, topP: 0.9 }
  const { body, changed } = encoded(given, { isReasoning: true })
  expect(body).toEqual({
    model: 'm',
    messages: [{ role: 'user', content: 'Hello' }],
    max_completion_tokens: 10,
  })
  expect(changed).toEqual(['temperature', 'top_p'])
  expect(encoded(given).body).toMatchObject({ max_tokens: 10, temperature: 0.5, top_p: 0.9 })
  expect(encoded(given, { outputTokensCap: 5 }).body.max_tokens).toBe(5)
})

const thinking = { type: 'enabled', budget_tokens: 9000 }

test.each([
  [{ effort: null, budgetTokens: 2000 }, 'low', ['thinking']],
  [{ effort: null, budgetTokens: 9000 }, 'medium', ['thinking']],
  [{ effort: null, budgetTokens: 90_000 }, 'high', ['thinking']],
  [{ effort: 'low', budgetTokens: null }, 'low', []],
  [{ effort: 'max', budgetTokens: null }, 'high', ['thinking']],
  [{ effort: null, budgetTokens: null }, undefined, ['thinking']],
])('[B-14] thinking %j is the effort %s, changed %j', (reasoning, effort, changed) => {
  const found = encoded({ reasoning }, { isReasoning: true, body: { thinking } })
  expect([found.body.reasoning_effort, found.changed]).toEqual([effort, changed])
})

test('[B-14] a model that does not reason is not asked to, and that is said', () => {
  const found = encoded({ reasoning: { effort: null, budgetTokens: 9000 } }, { body: { thinking } })
  expect(['reasoning_effort' in found.body, found.changed]).toEqual([false, ['thinking']])
})

test('[B-14] for a model that does not reason nothing changes where it is told not to', () => {
  const reasoning = { effort: null, budgetTokens: null }
  expect(encoded({ reasoning }, { body: { thinking: { type: 'disabled' } } }).changed).toEqual([])
})

test('[A-11] a tool’s name that OpenAI would not take goes out under another, and comes back as it was', () => {
  const [long, odd, plain] = ['x'.repeat(65), 'files.read', 'y'.repeat(64)]
  const tools = [long, odd, plain].map((name) => ({ ...aTool, name }))
  const call = { ...called('c'), name: long }
  const { body, createRestore } = encoded({
    tools,
    toolChoice: { type: 'function', name: long },
    messages: [
      said('Go'),
      { role: 'assistant', content: [call] },
      { role: 'user', content: [returned('c')] },
    ],
  })
  const names = (body.tools as { function: { name: string } }[]).map((tool) => tool.function.name)
  expect(names.map((name) => /^[\w-]{1,64}$/.test(name))).toEqual([true, true, true])
  expect([names[1]?.startsWith('files_read_'), names[2]]).toEqual([true, plain])
  expect(body.tool_choice).toEqual({ type: 'function', function: { name: names[0] } })
  expect(body.messages).toMatchObject([{}, { tool_calls: [{ function: { name: names[0] } }] }, {}])
  const restore = createRestore?.()
  const asked = names.flatMap((name) => restore?.({ type: 'tool-call', key: 0, id: 'i', name, input: '' }))
  expect(asked).toMatchObject([{ name: long }, { name: odd }, { name: plain }])
  expect(encoded({ tools: [{ ...aTool, name: plain }] }).createRestore).toBeNull()
})

test('an answer of no tokens is asked of Anthropic’s servers only', () => {
  expect(() => encoded({ outputTokensMax: 0 })).toThrow('max_tokens: ')
})

test('[B-16] a PDF is a file part, a text is text, and anything else a 400', () => {
  const pdf = { type: 'document', mediaType: 'application/pdf', data: 'BB', title: 'T.pdf' } as const
  const plain = { type: 'document', mediaType: 'text/plain', data: 'Hi', title: 'T' } as const
  const file = { type: 'file', file: { filename: 'T.pdf', file_data: 'data:application/pdf;base64,BB' } }
  expect(messagesOf(user(pdf, plain))).toEqual([{ role: 'user', content: [file, text('T\n\nHi')] }])
  expect(messagesOf(user({ ...returned('a'), content: [plain, pdf] }))).toEqual([
    { role: 'tool', tool_call_id: 'a', content: 'T\n\nHi' },
    { role: 'user', content: [text('Attached to the result of the tool call a:'), file] },
  ])
  expect(() => messagesOf(said('Go'), user({ ...pdf, mediaType: 'application/zip' }))).toThrow(
    'messages[1]: This model takes documents as PDF or text only.',
  )
})

test('[B-19] a format for the answer goes on, strict where OpenAI takes its schema so; where not, that is said', () => {
  const formatted = (schema: Record<string, unknown>) => {
    const format = { type: 'schema', name: 'x', description: null, schema, strict: true } as const
    const { body, changed } = encoded({ outputFormat: format })
    return [body.response_format, changed]
  }
  const json_schema = { name: 'x', schema: closed, strict: true }
  expect(formatted(closed)).toEqual([{ type: 'json_schema', json_schema }, []])
  const other = { name: 'x', schema: withOption }
  expect(formatted(withOption)).toEqual([
    { type: 'json_schema', json_schema: other },
    ['output_config.format'],
  ])
  expect(encoded({ outputFormat: { type: 'json' } }).body.response_format).toEqual({ type: 'json_object' })
})

test('an id too long for OpenAI is shortened, the same in call and result', () => {
  const id = 'x'.repeat(41)
  const [call, result] = messagesOf({ role: 'assistant', content: [called(id)] }, user(returned(id))) as {
    tool_calls: { id: string }[]
    tool_call_id: string
  }[]
  expect(call?.tool_calls[0]?.id).toMatch(/^call_[0-9a-f]{32}$/)
  expect(result?.tool_call_id).toBe(call?.tool_calls[0]?.id)
})

test('[S-10] a stream is asked to end with its usage', () => {
  expect(encoded({}, { stream: true }).body).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
  })
  expect('stream' in encoded({}).body).toBe(false)
})

const own = { model: 'asked', messages: [], session_id: 's', stream_options: { x: 1 }, seed: 7 }
const passed = (around: Around) =>
  encodeRequest(aCall('openai-chat', aRequest(), { body: own, model: 'm', ...around }))

test('[S-10] a client’s own request goes on as it came, but for the model and what is ours', () => {
  const { session_id: _ours, ...rest } = own
  expect(passed({})).toEqual({ body: { ...rest, model: 'm' }, changed: [], createRestore: null })
  expect(passed({ stream: true, temperature: 0.7 }).body).toEqual({
    ...rest,
    model: 'm',
    temperature: 0.7,
    stream_options: { x: 1, include_usage: true },
  })
})

test.each([
  [null, false, 'max_tokens'],
  [null, true, 'max_completion_tokens'],
  ['max_completion_tokens', false, 'max_completion_tokens'],
])(
  'a cap goes into the field %s, of a model that reasons (%s) into %s',
  (outputTokensField, isReasoning, field) => {
    const call = aCall('openai-chat', aRequest(), { body: own, isReasoning, outputTokensCap: 5 })
    expect(encodeRequest({ ...call, request: { ...call.request, outputTokensField } }).body[field]).toBe(5)
  },
)
