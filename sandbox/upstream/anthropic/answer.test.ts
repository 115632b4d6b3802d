import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Answer, startUpstream, type Upstream } from '../index.ts'
import { ask, messages, namedEventsOf } from '../test-client.ts'
import { signatureOf } from './signature.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
beforeEach(() => upstream.reset())
afterAll(() => upstream.close())

type Fields = Record<string, unknown>
type Message = Fields & { content: Fields[]; usage: Record<string, number>; stop_reason: string | null }

const user = (content: unknown) => ({ role: 'user', content })
const question = (text: string, extra: object = {}) => ({
  model: 'claude-test',
  max_tokens: 4000,
  messages: [user(text)],
  ...extra,
})
const thinking = { type: 'enabled', budget_tokens: 1024 }
const properties = { city: { type: 'string' }, days: { type: 'integer' } }
const tools = [
  { name: 'get_weather', input_schema: { type: 'object', properties } },
  { name: 'now', input_schema: { type: 'object' } },
]

async function complete(body: object, target = messages): Promise<Message> {
  const seen = await ask(upstream.url, body, target)
  expect(seen.status, seen.text).toBe(200)
  return JSON.parse(seen.text)
}

async function stream(body: object) {
  return namedEventsOf((await ask(upstream.url, { ...body, stream: true }, messages)).text)
}

const counting = { ...messages, path: '/messages/count_tokens' }
const count = async (body: Fields) => {
  const { max_tokens: _, ...counted } = body
  return (await complete(counted, counting)).input_tokens
}

const texts = (message: Message) => message.content.map(({ text }) => text)

/** What a client makes of a stream: blocks from their deltas, the rest from the first and last events. */
function joined(events: Awaited<ReturnType<typeof stream>>): Fields {
  const message: Fields = {}
  const blocks: Fields[] = []
  for (const { data } of events) {
    if (data.type === 'message_start') Object.assign(message, data.message)
    if (data.type === 'content_block_start') blocks.push({ ...(data.content_block as Fields), json: '' })
    if (data.type === 'content_block_delta') add(blocks[Number(data.index)] ?? {}, data.delta as Fields)
    if (data.type === 'message_delta') {
      Object.assign(message, data.delta, {
        usage: { ...(message.usage as Fields), ...(data.usage as Fields) },
      })
    }
  }
  const content = blocks.map(({ json, ...block }) =>
    json ? { ...block, input: JSON.parse(String(json)) } : block,
  )
  return { ...message, content }
}

function add(block: Fields, { type: _, partial_json: piece = '', ...delta }: Fields): void {
  block.json = String(block.json) + piece
  for (const [name, text] of Object.entries(delta)) block[name] = String(block[name]) + text
}

test('a plain request gets the echo of its last user text and its words as usage', async () => {
  expect(await complete(question('hello wide world'))).toMatchObject({
    type: 'message',
    role: 'assistant',
    model: 'claude-test',
    content: [{ type: 'text', text: 'You said: hello wide world' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 3, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 5 },
  })
})

test('a stream goes from message_start over whole blocks to message_stop, each event named as its type', async () => {
  const seen = await ask(upstream.url, question('a b', { stream: true, thinking }), messages)
  expect(seen.headers['content-type']).toMatch(/^text\/event-stream/)
  const events = namedEventsOf(seen.text)
  expect(events.every(({ name, data }) => name === data.type)).toBe(true)
  const short = events.map(({ data }) => data.type.replace('content_block_', '') + (data.index ?? ''))
  expect(short).toEqual([
    ...['message_start', 'start0', 'ping', 'delta0', 'delta0', 'delta0', 'delta0', 'delta0', 'stop0'],
    ...['start1', 'delta1', 'delta1', 'delta1', 'delta1', 'stop1', 'message_delta', 'message_stop'],
  ])
  expect(events[0]?.data.message).toMatchObject({
    content: [],
    stop_reason: null,
    usage: { output_tokens: 1 },
  })
})

test.each<[string, object]>([
  ['text', question('one two')],
  ['thinking', question('one two', { thinking })],
  ['tools', question('call now and call get_weather {"city":"Tromsø"}', { tools })],
  ['a cached prompt', question('x', { cache_control: { type: 'ephemeral' } })],
])('the same request with %s gets the same message with a stream as without', async (_, body) => {
  const { id: __, ...whole } = await complete(body)
  const { id: ___, ...streamed } = joined(await stream(body))
  expect(streamed).toEqual(whole)
})

test('thinking comes first, with a signature of its text; omitted, the text is empty and the signature stays', async () => {
  for (const config of [thinking, { type: 'adaptive' }]) {
    const { content, usage } = await complete(question('why', { thinking: config }))
    const signed = {
      type: 'thinking',
      thinking: 'Thinking about: why',
      signature: signatureOf('Thinking about: why'),
    }
    expect(content).toMatchObject([signed, { type: 'text' }])
    expect(usage).toMatchObject({ output_tokens: 6, output_tokens_details: { thinking_tokens: 3 } })
  }
  const hidden = await complete(question('why', { thinking: { ...thinking, display: 'omitted' } }))
  expect(hidden.content[0]).toEqual({ type: 'thinking', thinking: '', signature: signatureOf('') })
  expect(texts(await complete(question('why', { thinking: { type: 'disabled' } })))).toEqual([
    'You said: why',
  ])
})

test('thinking stays off until tools that were called without it have answered', async () => {
  const use = { type: 'tool_use', id: 'toolu_1', name: 'now', input: {} }
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'noon' }
  const kinds = async (...content: object[]) => {
    const turns = [user('x'), { role: 'assistant', content }, user([result])]
    return (await complete(question('', { tools, thinking, messages: turns }))).content.map(
      ({ type }) => type,
    )
  }
  expect(await kinds(use)).toEqual(['text'])
  expect(await kinds({ type: 'thinking', thinking: 'hm', signature: signatureOf('hm') }, use)).toEqual([
    'thinking',
    'text',
  ])
})

test('tools are called when asked for, any or named, only one when parallel use is off, and not against none', async () => {
  const called = async (text: string, choice?: object) => {
    const { content, stop_reason: reason } = await complete(
      question(text, { tools, ...(choice && { tool_choice: choice }) }),
    )
    const calls = content.filter(({ type }) => type === 'tool_use')
    expect(reason).toBe(calls.length > 0 ? 'tool_use' : 'end_turn')
    return calls.map(({ id, name, input }) => [id, name, input])
  }
  const both = 'call get_weather {"city":"Oslo"} and call now'
  expect(await called(both)).toEqual([
    ['toolu_1_0', 'get_weather', { city: 'Oslo' }],
    ['toolu_1_1', 'now', {}],
  ])
  expect(await called(both, { type: 'auto', disable_parallel_tool_use: true })).toHaveLength(1)
  expect(await called('Oslo', { type: 'any' })).toEqual([
    ['toolu_1_0', 'get_weather', { city: 'Oslo', days: 1 }],
  ])
  expect(await called('Oslo', { type: 'tool', name: 'now' })).toEqual([['toolu_1_0', 'now', {}]])
  expect(await called('call now', { type: 'none' })).toEqual([])
})

test('a tool result is quoted unless the user says more behind it; consecutive messages are one turn', async () => {
  const said = async (...after: object[]) => {
    const calls = ['toolu_1', 'toolu_2'].map((id) => ({ type: 'tool_use', id, name: 'now', input: {} }))
    const turns = [user('x'), { role: 'assistant', content: calls }, ...after]
    return texts(await complete(question('', { tools, messages: turns })))
  }
  const first = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'noon' }
  const second = { ...first, tool_use_id: 'toolu_2', content: [{ type: 'text', text: 'midnight' }] }
  expect(await said(user([first, second]))).toEqual(['The tool said: midnight'])
  expect(await said(user([second]), user([first]))).toEqual(['The tool said: noon'])
  expect(await said(user([first, second, { type: 'text', text: 'and?' }]))).toEqual(['You said: and?'])
  expect(texts(await complete(question('', { messages: [user('a'), user('b')] })))).toEqual(['You said: a b'])
})

test('limits and stop sequences end the text and are named', async () => {
  const end = async (extra: object) => {
    const {
      content,
      stop_reason: reason,
      stop_sequence: sequence,
    } = await complete(question('red green', extra))
    return [content[0]?.text, reason, sequence]
  }
  expect(await end({ max_tokens: 3 })).toEqual(['You said: red', 'max_tokens', null])
  expect(await end({ stop_sequences: ['green', ' red'] })).toEqual(['You said:', 'stop_sequence', ' red'])
  expect(await end({ max_tokens: 4 })).toEqual(['You said: red green', 'end_turn', null])
  expect(await end({ max_tokens: 0 })).toEqual([undefined, 'max_tokens', null])
  // The four words of the thoughts count towards the limit.
  const thoughtful = await complete(question('red green', { max_tokens: 6, thinking: { type: 'adaptive' } }))
  expect([texts(thoughtful), thoughtful.stop_reason]).toEqual([[undefined, 'You said:'], 'max_tokens'])
})

test('an output format is answered with JSON that has its properties', async () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    properties: { name: { type: 'string' }, kind: { enum: ['a', 'b'] } },
  }
  const [text] = texts(
    await complete(question('Ada', { output_config: { format: { type: 'json_schema', schema } } })),
  )
  expect(JSON.parse(String(text))).toEqual({ name: 'Ada', kind: 'a' })
})

test('what is marked for the cache is written first and read once the conversation goes on', async () => {
  const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } }
  const system = [{ type: 'text', text: 'be good', ...mark }]
  const first = await complete(question('one two three', { system }))
  expect(first.usage).toMatchObject({
    input_tokens: 3,
    cache_creation_input_tokens: 2,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 2 },
  })
  const turns = [user('one two three'), { role: 'assistant', content: 'four' }, user('five'), user('six')]
  turns[2] = user([{ type: 'text', text: 'five', cache_control: { type: 'ephemeral' } }])
  const later = await complete(question('', { system, messages: turns }))
  expect(later.usage).toMatchObject({
    input_tokens: 1,
    cache_creation_input_tokens: 2,
    cache_read_input_tokens: 5,
    cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 0 },
  })
})

test('a mark on the whole request covers all of it', async () => {
  const { usage } = await complete(
    question('one two', { system: 'be good', cache_control: { type: 'ephemeral' } }),
  )
  expect(usage).toMatchObject({ input_tokens: 0, cache_creation_input_tokens: 4, cache_read_input_tokens: 0 })
})

test('count_tokens gives the input tokens that the message is charged, tools and system prompt included', async () => {
  for (const extra of [{}, { system: 'be very good' }, { tools }, { cache_control: { type: 'ephemeral' } }]) {
    const body = question('one two', extra)
    const { input_tokens: rest, cache_creation_input_tokens: written } = (await complete(body)).usage
    expect(await count(body)).toBe(Number(rest) + Number(written))
  }
  expect(await count(question('one two', { tools, system: 'be good' }))).toBeGreaterThan(4)
})

test('count_tokens takes scripted behaviours too', async () => {
  upstream.enqueue({ kind: 'status', status: 529 }, { kind: 'answer', usage: { input_tokens: 17 } })
  const { model, messages: turns } = question('x')
  expect((await ask(upstream.url, { model, messages: turns }, counting)).status).toBe(529)
  expect(await count(question('x'))).toBe(17)
})

test('scripted text, thoughts, refusal, end, usage and extra fields are sent as given, with a stream or without', async () => {
  const scripts: [Answer, Fields][] = [
    [
      { chunks: ['a', 'b c'], finishReason: 'pause_turn' },
      { stop_reason: 'pause_turn', content: [{ text: 'ab c' }] },
    ],
    [
      { text: 'x', usage: { input_tokens: 7, output_tokens: 9 } },
      { usage: { input_tokens: 7, output_tokens: 9 } },
    ],
    [
      { text: 'x', reasoning: ['h', 'm'], redacted: ['secret'] },
      {
        content: [
          { type: 'thinking', thinking: 'hm', signature: signatureOf('hm') },
          { type: 'redacted_thinking', data: 'secret' },
          { type: 'text' },
        ],
      },
    ],
    [
      { refusal: 'I will not.' },
      { content: [], stop_reason: 'refusal', stop_details: { type: 'refusal', explanation: 'I will not.' } },
    ],
    [
      {
        text: 'so',
        toolCalls: [{ id: 'toolu_x', name: 'now', arguments: '{"a":1}', pieces: ['{"a"', ':1}'] }],
      },
      {
        content: [{ text: 'so' }, { type: 'tool_use', id: 'toolu_x', input: { a: 1 } }],
        stop_reason: 'tool_use',
      },
    ],
  ]
  for (const [answer, message] of scripts) {
    upstream.setDefault({ kind: 'answer', ...answer })
    expect(await complete(question('x'))).toMatchObject(message)
    expect(joined(await stream(question('x')))).toMatchObject(message)
  }
  upstream.setDefault({ kind: 'answer', extra: { odd: 1 } })
  expect(await complete(question('x'))).toHaveProperty('odd')
  expect((await stream(question('x'))).every(({ data }) => 'odd' in data)).toBe(true)
})

test('scripted events stand between message_start and message_delta as they are', async () => {
  const events = [{ type: 'content_block_start', index: 3 }, { type: 'unheard_of' }]
  upstream.enqueue({ kind: 'answer', events, finishReason: null })
  const seen = (await stream(question('x'))).map(({ data }) => data)
  expect(seen.map(({ type }) => type)).toEqual([
    'message_start',
    'content_block_start',
    'ping',
    'unheard_of',
    'message_delta',
    'message_stop',
  ])
  expect(seen[1]).toEqual(events[0])
})

test.each([
  [
    undefined,
    [
      ['message_start', 2, 1],
      ['message_delta', 2, 3],
    ],
  ],
  [
    'separate-chunk',
    [
      ['message_start', 2, 1],
      ['message_delta', undefined, 3],
    ],
  ],
  [
    'null-until-last',
    [
      ['message_start', null, 1],
      ['message_delta', 2, 3],
    ],
  ],
  [
    'finish-chunk',
    [
      ['message_start', 0, 1],
      ['message_delta', 2, 3],
    ],
  ],
  [
    'duplicate',
    [
      ['message_start', 2, 1],
      ['message_delta', 2, 3],
      ['message_delta', 2, 3],
    ],
  ],
  [
    'every-chunk',
    [
      ['message_start', 2, 1],
      ['message_delta', 2, 3],
      ['message_delta', 2, 3],
    ],
  ],
  [
    'zero',
    [
      ['message_start', 0, 0],
      ['message_delta', 0, 0],
    ],
  ],
  ['missing', []],
] as const)('usage placed as %s is exactly there', async (usageAs, places) => {
  upstream.setDefault({ kind: 'answer', text: 'a b c', ...(usageAs && { usageAs }) })
  const seen = (await stream(question('one two'))).flatMap(({ data }) => {
    const usage = (data.usage ?? (data.message as Fields | undefined)?.usage) as Fields | undefined
    return usage ? [[data.type, usage.input_tokens, usage.output_tokens]] : []
  })
  expect(seen).toEqual(places)
  if (usageAs === 'missing') expect(await complete(question('x'))).not.toHaveProperty('usage')
  if (usageAs === 'zero')
    expect((await complete(question('x'))).usage).toMatchObject({ input_tokens: 0, output_tokens: 0 })
})

test('running usage grows block by block, and only the last message_delta has the stop reason', async () => {
  upstream.enqueue({ kind: 'answer', usageAs: 'every-chunk', reasoning: ['a b'], text: 'c d' })
  const deltas = (await stream(question('x'))).filter(({ name }) => name === 'message_delta')
  expect(deltas.map(({ data }) => (data.usage as Fields).output_tokens)).toEqual([2, 4, 4])
  expect(deltas.map(({ data }) => (data.delta as Fields).stop_reason)).toEqual([null, null, 'end_turn'])
})
