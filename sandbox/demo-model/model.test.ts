import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDemoModel } from './index.ts'
import { countTokens } from './tokens.ts'

const documents = [
  {
    path: 'guide/api-keys.md',
    title: 'API keys',
    text: '# API keys\n\n## Create a key\n\nSend a name to /api/keys.\n',
  },
]
const model = createDemoModel({ documents, wordDelayMs: 0 })
const NOTICE = /built-in demo model/

async function respond(body: unknown, signal = new AbortController().signal) {
  const { status, headers, body: parts } = model.respond(body, signal)
  const text = await joined(parts)
  return { status, headers, text }
}

async function joined(parts: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const part of parts) text += part
  return text
}

const aBody = (content: unknown, fields: object = {}) => ({
  model: 'Waymore-A1-Instruct-1011',
  messages: [{ role: 'user', content }],
  ...fields,
})

async function complete(content: unknown, fields: object = {}) {
  const { status, text } = await respond(aBody(content, fields))
  expect(status).toBe(200)
  return JSON.parse(text)
}

async function contentOf(content: unknown, fields: object = {}): Promise<string> {
  return (await complete(content, fields)).choices[0].message.content
}

async function chunksOf(content: unknown, fields: object = {}) {
  const { text } = await respond(aBody(content, { stream: true, ...fields }))
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  return text
    .split('\n\n')
    .slice(0, -2)
    .map((frame) => JSON.parse(frame.slice('data: '.length)))
}

test('an answer has the shape of a chat completion, with counted usage', async () => {
  const answer = await complete('Hello')
  expect(answer).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-/),
    object: 'chat.completion',
    model: 'Waymore-A1-Instruct-1011',
    system_fingerprint: 'portal-demo',
    choices: [{ index: 0, message: { role: 'assistant' }, finish_reason: 'stop' }],
  })
  const { prompt_tokens, completion_tokens, total_tokens } = answer.usage
  expect(completion_tokens).toBe(await countTokens([answer.choices[0].message.content]))
  expect(prompt_tokens).toBe((await countTokens(['user', 'Hello'])) + 6)
  expect(total_tokens).toBe(prompt_tokens + completion_tokens)
  expect(Math.abs(answer.created - Date.now() / 1000)).toBeLessThan(60)
})

test.each([
  'Hello',
  'How do I create a key?',
  'Explain quantum computing.',
  'Say hi',
  'Who are you?',
  'Thanks!',
  '',
])('the answer to "%s" says that this is the demo model, in at most 120 tokens', async (question) => {
  const answer = await complete(question)
  expect(answer.choices[0].message.content).toMatch(NOTICE)
  expect(answer.usage.completion_tokens).toBeLessThanOrEqual(120)
})

test('other questions are reflected and told how to connect a real model', async () => {
  const content = await contentOf('Explain quantum computing.')
  expect(content).toContain('"Explain quantum computing."')
  expect(content).toContain('OPENAI_API_KEY')
  expect(content).toContain('MODELS_FILE')
})

test('a question about the portal is answered from its documentation, with the page’s name', async () => {
  const content = await contentOf('How do I create a key?')
  expect(content).toContain('Send a name to /api/keys.')
  expect(content).toContain('"API keys" (guide/api-keys.md)')
})

test('"Reply with exactly" is an exact echo', async () => {
  expect(await contentOf('Reply with exactly: pong 42')).toBe('pong 42')
})

test('the same words come with a delay, without one, streamed or not', async () => {
  const slow = createDemoModel({ documents, wordDelayMs: 1 })
  const body = aBody('Explain quantum computing.', { stream: true })
  const deltas = async (from: typeof model) => {
    const text = await joined(from.respond(body, new AbortController().signal).body)
    return text.match(/"delta":\{[^}]*\}/g)
  }
  expect(await deltas(slow)).toEqual(await deltas(model))
  const chunks = await chunksOf('Explain quantum computing.')
  const streamed = chunks.map((chunk) => chunk.choices[0].delta.content ?? '').join('')
  expect(streamed).toBe(await contentOf('Explain quantum computing.'))
})

test('a stream goes word by word: role first, then words, then the reason, one id for all', async () => {
  const chunks = await chunksOf('Reply with exactly: one two three')
  expect(chunks.map((chunk) => chunk.choices[0].delta)).toEqual([
    { role: 'assistant', content: '' },
    { content: 'one' },
    { content: ' two' },
    { content: ' three' },
    {},
  ])
  expect(chunks.map((chunk) => chunk.choices[0].finish_reason)).toEqual([null, null, null, null, 'stop'])
  expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1)
  expect(chunks.every((chunk) => chunk.object === 'chat.completion.chunk' && !('usage' in chunk))).toBe(true)
})

test('include_usage adds one last chunk without choices, equal to the usage of the whole answer', async () => {
  const chunks = await chunksOf('Hello', { stream_options: { include_usage: true } })
  const { usage } = await complete('Hello')
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage })
  expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
})

test('an abort ends a slow stream at once with the reason', async () => {
  const slow = createDemoModel({ documents, wordDelayMs: 3_600_000 })
  const leaving = new AbortController()
  const parts = slow.respond(aBody('Hello', { stream: true }), leaving.signal).body[Symbol.asyncIterator]()
  expect((await parts.next()).value).toContain('"role":"assistant"')
  const next = parts.next()
  leaving.abort(new Error('the client left'))
  await expect(next).rejects.toThrow('the client left')
})

test('an abort is seen between words even without a delay', async () => {
  const leaving = new AbortController()
  let frames = 0
  const reading = (async () => {
    for await (const _ of model.respond(aBody('Count to 5000', { stream: true }), leaving.signal).body) {
      frames += 1
      if (frames === 10) setImmediate(() => leaving.abort(new Error('stopped')))
    }
  })()
  await expect(reading).rejects.toThrow('stopped')
  expect(frames).toBeLessThan(20)
})

test('stop and both token limits are honoured', async () => {
  const stopped = await complete('Reply with exactly: one two three', { stop: ' three' })
  expect(stopped.choices[0]).toMatchObject({ message: { content: 'one two' }, finish_reason: 'stop' })
  const cut = await complete('Reply with exactly: one two three', { max_tokens: 2 })
  expect(cut.choices[0]).toMatchObject({ message: { content: 'one two' }, finish_reason: 'length' })
  expect(cut.usage.completion_tokens).toBe(2)
  const newer = await complete('Reply with exactly: one two three', {
    max_tokens: 2,
    max_completion_tokens: 1,
  })
  expect(newer.choices[0].message.content).toBe('one')
})

test('n choices are numbered, streamed side by side, and all paid for', async () => {
  const answer = await complete('Reply with exactly: one two', { n: 3 })
  expect(answer.choices.map((choice: { index: number }) => choice.index)).toEqual([0, 1, 2])
  expect(answer.usage.completion_tokens).toBe(6)
  const chunks = await chunksOf('Reply with exactly: one two', { n: 2 })
  expect(chunks.map((chunk) => chunk.choices[0].index)).toEqual([0, 1, 0, 1, 0, 1, 0, 1])
})

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { properties: { location: { type: 'string' } }, required: ['location'] },
  },
}

test('tool calls carry no notice, and stream as fragments of the same arguments', async () => {
  const fields = { tools: [weather] }
  const { message, finish_reason } = (await complete('Weather in Athens and London?', fields)).choices[0]
  expect(message).toMatchObject({ content: null, tool_calls: [{ type: 'function' }, { type: 'function' }] })
  expect(finish_reason).toBe('tool_calls')
  const chunks = await chunksOf('Weather in Athens and London?', fields)
  const parts = chunks.flatMap((chunk) => chunk.choices[0].delta.tool_calls ?? [])
  for (const [index, call] of message.tool_calls.entries()) {
    const own = parts.filter((part) => part.index === index)
    expect(own[0]).toMatchObject({ id: call.id, type: 'function', function: { name: 'get_weather' } })
    expect(own.map((part) => part.function.arguments).join('')).toBe(call.function.arguments)
  }
  expect(chunks.at(-1).choices[0].finish_reason).toBe('tool_calls')
})

test('tool results are quoted with the tool’s name', async () => {
  const tool_calls = ['a', 'b'].map((id) => ({
    id,
    type: 'function',
    function: { name: `tool_${id}`, arguments: '{}' },
  }))
  const messages = [
    { role: 'user', content: 'Weather in Athens?' },
    { role: 'assistant', content: null, tool_calls },
    { role: 'tool', tool_call_id: 'b', content: 'plain words' },
    { role: 'tool', tool_call_id: 'a', content: '{"temperature":18,"unit":"celsius"}' },
  ]
  const content = await contentOf('', { messages, tools: [weather] })
  expect(content).toContain('tool_a returned temperature: 18, unit: celsius.')
  expect(content).toContain('tool_b returned plain words.')
  expect(content).toMatch(NOTICE)
})

test('an image is described by type, bytes and pixels', async () => {
  const pixel =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const content = await contentOf([
    { type: 'text', text: 'What is this?' },
    { type: 'image_url', image_url: { url: pixel } },
    { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
  ])
  expect(content).toContain('2 images: PNG, 70 bytes, 1 × 1 pixels; one that is not a base64 data: URL')
  expect(content).toMatch(NOTICE)
})

test('JSON answers are JSON alone: of the schema, of the keys that were named, or of the question', async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } }
  const asked = { response_format: { type: 'json_schema', json_schema: { name: 'trip', schema } } }
  expect(await contentOf('3 days in Athens', asked)).toBe('{"city":"Athens","days":3}')
  const object = { response_format: { type: 'json_object' } }
  expect(JSON.parse(await contentOf('JSON with the keys name and age: Ada is 36', object))).toHaveProperty(
    'age',
    36,
  )
  expect(JSON.parse(await contentOf('What is up?', object))).toEqual({ question: 'What is up?' })
})

test.each([
  [null, null],
  [{}, 'model'],
  [aBody('x', { model: 5 }), 'model'],
  [{ model: 'm' }, 'messages'],
  [{ model: 'm', messages: [] }, 'messages'],
  [{ model: 'm', messages: [5] }, 'messages[0]'],
  [{ model: 'm', messages: [{ role: 'king', content: '' }] }, 'messages[0].role'],
  [{ model: 'm', messages: [{ role: 'user' }] }, 'messages[0].content'],
  [{ model: 'm', messages: [{ role: 'tool', content: '' }] }, 'messages[0].tool_call_id'],
  [aBody([{ type: 'text' }]), 'messages[0].content[0].text'],
  [aBody([{ type: 'image_url', image_url: {} }]), 'messages[0].content[0].image_url.url'],
  [aBody('x', { n: 0 }), 'n'],
  [aBody('x', { max_tokens: 1.5 }), 'max_tokens'],
  [aBody('x', { temperature: 3 }), 'temperature'],
  [aBody('x', { stream: 'yes' }), 'stream'],
  [aBody('x', { stop: [5] }), 'stop[0]'],
  [aBody('x', { tools: [{ type: 'function', function: {} }] }), 'tools[0].function.name'],
  [aBody('x', { tool_choice: 'required' }), 'tool_choice'],
  [aBody('x', { tools: [weather], tool_choice: { function: { name: 'no' } } }), 'tool_choice.function.name'],
  [aBody('x', { response_format: { type: 'xml' } }), 'response_format.type'],
  [aBody('x', { response_format: { type: 'json_schema' } }), 'response_format.json_schema'],
])('a malformed request is a 400 that names the field: %j → %s', async (body, param) => {
  const { status, headers, text } = await respond(body)
  expect(status).toBe(400)
  expect(headers['content-type']).toContain('application/json')
  expect(JSON.parse(text)).toEqual({
    error: { message: expect.any(String), type: 'invalid_request_error', param, code: expect.any(String) },
  })
})

test('a body that is nested without end is refused', async () => {
  const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)
  expect(await respond(aBody('x', { metadata: deep }))).toMatchObject({ status: 400 })
})

const value = fc.jsonValue({ maxDepth: 3 })
const almost = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 40, arbitrary: usual }, { weight: 1, arbitrary: value })
const part = fc.oneof(
  fc.record({ type: fc.constant('text'), text: almost(fc.string()) }),
  fc.record({ type: fc.constant('image_url'), image_url: almost(fc.record({ url: fc.webUrl() })) }),
  fc.record({ type: fc.string({ minLength: 1 }) }),
)
const message = fc.record(
  {
    role: almost(fc.constantFrom('user', 'assistant', 'system', 'tool', 'developer')),
    content: almost(fc.oneof(fc.string({ unit: 'binary' }), fc.array(part))),
    tool_call_id: almost(fc.string({ minLength: 1 })),
  },
  { requiredKeys: ['role', 'content', 'tool_call_id'] },
)
const tool = fc.record({
  type: fc.constant('function'),
  function: fc.record({
    name: fc.constantFrom('get_weather', 'add'),
    parameters: almost(fc.dictionary(fc.string(), value)),
  }),
})
const bodies = fc.record(
  {
    model: almost(fc.constant('m')),
    messages: almost(fc.array(message, { minLength: 1, maxLength: 4 })),
    stream: almost(fc.boolean()),
    stop: almost(fc.oneof(fc.string(), fc.array(fc.string()))),
    max_tokens: almost(fc.integer({ min: 1, max: 50 })),
    n: almost(fc.integer({ min: 1, max: 3 })),
    tools: almost(fc.array(tool, { maxLength: 2 })),
    tool_choice: almost(fc.constantFrom('auto', 'none', 'required')),
    response_format: almost(
      fc.record({
        type: fc.constant('json_schema'),
        json_schema: fc.record({ schema: fc.dictionary(fc.string(), value) }),
      }),
    ),
    stream_options: almost(fc.record({ include_usage: fc.boolean() })),
  },
  { requiredKeys: ['model', 'messages'] },
)

test('any JSON body gets a well-formed 200 or 400, never an exception', async () => {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 9, arbitrary: bodies }, value), async (generated) => {
      const body = JSON.parse(JSON.stringify(generated))
      const { status, headers, text } = await respond(body)
      expect([200, 400]).toContain(status)
      if (status === 200) accepted += 1
      if (headers['content-type']?.includes('json')) {
        expect(JSON.parse(text)).toHaveProperty(status === 200 ? 'choices' : 'error')
      } else {
        expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
      }
    }),
    { numRuns: 400 },
  )
  expect(accepted).toBeGreaterThan(100)
}, 60_000)

test('answers from the files that a conversation quotes, with the place, also later in it', async () => {
  const file =
    '<file name="report.pdf" about="application/pdf, 3 pages">\n[page 1]\nBridges of the county.\n[page 3]\nIt rains. The Heron bridge was opened in 1974 and is 312 metres long.\n</file>'
  const question = 'When was the Heron bridge opened?'
  const parts = [file, question].map((text) => ({ type: 'text', text }))
  const answer = await contentOf(parts)
  expect(answer).toContain(
    '“The Heron bridge was opened in 1974 and is 312 metres long.” (report.pdf, page 3)',
  )
  expect(answer).toMatch(NOTICE)
  const messages = [
    { role: 'user', content: parts },
    { role: 'assistant', content: answer },
    { role: 'user', content: 'Which bridges are told of?' },
  ]
  expect(await contentOf('', { messages })).toContain('“Bridges of the county.” (report.pdf, page 1)')
  expect(
    await contentOf([
      { type: 'text', text: file },
      { type: 'text', text: 'Zeppelins?' },
    ]),
  ).toContain('none of your words')
})
