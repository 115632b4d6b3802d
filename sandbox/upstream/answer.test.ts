import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { countTokens, startUpstream, type Upstream, usageOf } from './index.ts'
import { ask, type Chunk, chunksOf, dataOf, question } from './test-client.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
beforeEach(() => upstream.reset())
afterAll(() => upstream.close())

const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } },
    },
  },
  { type: 'function', function: { name: 'now' } },
]

async function complete(body: object): Promise<Chunk> {
  const seen = await ask(upstream.url, body)
  expect(seen.status, seen.text).toBe(200)
  return JSON.parse(seen.text)
}

async function stream(body: object): Promise<Chunk[]> {
  return chunksOf((await ask(upstream.url, { ...body, stream: true })).text)
}

const textOf = (chunks: Chunk[], index = 0) =>
  chunks
    .flatMap(({ choices }) => choices.filter((choice) => choice.index === index))
    .map(({ delta }) => delta.content ?? '')
    .join('')

test('a plain request gets the echo of its last user text, with the usage that the exported function predicts', async () => {
  const body = question('hello wide world')
  const answer = await complete(body)
  expect(answer.choices[0]).toMatchObject({
    index: 0,
    message: { role: 'assistant', content: 'You said: hello wide world', refusal: null },
    finish_reason: 'stop',
  })
  expect(answer.usage).toEqual(usageOf(body, { text: 'You said: hello wide world' }))
  expect(answer.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 })
})

test('a stream opens with the role, sends word by word, names the finish reason once and ends with one [DONE]', async () => {
  const seen = await ask(upstream.url, question('hello wörld', { stream: true }))
  expect(seen.headers['content-type']).toMatch(/^text\/event-stream/)
  const chunks = chunksOf(seen.text)
  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null })
  expect(chunks.slice(1, -1).map(({ choices }) => choices[0]?.delta.content)).toEqual([
    'You',
    ' said:',
    ' hello',
    ' wörld',
  ])
  expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([
    null,
    null,
    null,
    null,
    null,
    'stop',
  ])
  expect(dataOf(seen.text).filter((data) => data === '[DONE]')).toHaveLength(1)
  expect(seen.text.endsWith('data: [DONE]\n\n')).toBe(true)
})

test('usage is in a stream only when asked for: null on every chunk, then alone with empty choices', async () => {
  const body = question('count me')
  expect((await stream(body)).some((chunk) => 'usage' in chunk)).toBe(false)
  const chunks = await stream({ ...body, stream_options: { include_usage: true } })
  expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: usageOf(body, { text: 'You said: count me' }) })
})

test('equal requests get equal bytes, different ones different ids', async () => {
  const [one, same, other] = await Promise.all(
    ['a', 'a', 'b'].map((text) => ask(upstream.url, question(text))),
  )
  expect(one?.text).toBe(same?.text)
  expect(JSON.parse(one?.text ?? '').id).not.toBe(JSON.parse(other?.text ?? '').id)
})

test('a token limit under either name cuts the text and finishes with length; a longer limit does not', async () => {
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    const cut = await complete(question('one two three', { [name]: 3 }))
    expect(cut.choices[0]).toMatchObject({ message: { content: 'You said: one' }, finish_reason: 'length' })
    expect(cut.usage?.completion_tokens).toBe(3)
    const whole = await complete(question('one two three', { [name]: 5 }))
    expect(whole.choices[0]?.finish_reason).toBe('stop')
  }
})

test('a stop string ends the text before it', async () => {
  const answer = await complete(question('red green blue', { stop: ['blue', ' green'] }))
  expect(answer.choices[0]).toMatchObject({ message: { content: 'You said: red' }, finish_reason: 'stop' })
})

test('n choices come with their indexes, in a stream too, and are counted', async () => {
  const body = question('twice', { n: 2 })
  const answer = await complete(body)
  expect(answer.choices.map(({ index }) => index)).toEqual([0, 1])
  expect(answer.usage?.completion_tokens).toBe(2 * countTokens('You said: twice'))
  const chunks = await stream(body)
  expect([textOf(chunks, 0), textOf(chunks, 1)]).toEqual(['You said: twice', 'You said: twice'])
  expect(chunks.filter(({ choices }) => choices[0]?.finish_reason === 'stop')).toHaveLength(2)
})

test('a tool is called when the user asks for it, when it is required and when it is named, but not against none', async () => {
  const called = async (text: string, choice?: unknown) => {
    const answer = await complete(
      question(text, { tools, ...(choice !== undefined && { tool_choice: choice }) }),
    )
    expect(answer.choices[0]?.finish_reason).toBe(
      answer.choices[0]?.message.tool_calls ? 'tool_calls' : 'stop',
    )
    const calls = (answer.choices[0]?.message.tool_calls ?? []) as {
      function: { name: string; arguments: string }
    }[]
    return calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)])
  }
  expect(await called('call get_weather {"city":"Oslo"} and call now')).toEqual([
    ['get_weather', { city: 'Oslo' }],
    ['now', {}],
  ])
  expect(await called('Oslo', 'required')).toEqual([['get_weather', { city: 'Oslo', days: 1 }]])
  expect(await called('Oslo', { type: 'function', function: { name: 'now' } })).toEqual([['now', {}]])
  expect(await called('call now', 'none')).toEqual([])
  expect(await called('Oslo')).toEqual([])
})

test('streamed tool calls have an id and name first, then argument pieces that join to the same JSON', async () => {
  const body = question('call now and call get_weather {"city":"Tromsø"}', { tools })
  const deltas = (await stream(body)).flatMap(
    ({ choices }) =>
      (choices[0]?.delta.tool_calls ?? []) as {
        index: number
        id?: string
        function: Record<string, string>
      }[],
  )
  expect(deltas.filter(({ id }) => id).map(({ index, function: { name } }) => [index, name])).toEqual([
    [0, 'now'],
    [1, 'get_weather'],
  ])
  const second = deltas.filter(({ index }) => index === 1).map((delta) => delta.function.arguments)
  expect(second.length).toBeGreaterThan(2)
  expect(JSON.parse(second.join(''))).toEqual({ city: 'Tromsø' })
})

test('a tool result as the last message is quoted in a text answer', async () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' } }
  const answer = await complete({
    model: 'sandbox-model',
    tools,
    messages: [
      { role: 'user', content: 'call now' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
    ],
  })
  expect(answer.choices[0]?.message.content).toBe('The tool said: noon')
})

test('a JSON schema is answered with JSON that has its properties', async () => {
  const schema = { type: 'object', properties: { name: { type: 'string' }, kind: { enum: ['a', 'b'] } } }
  const answer = await complete(
    question('Ada', { response_format: { type: 'json_schema', json_schema: { name: 'person', schema } } }),
  )
  expect(JSON.parse(String(answer.choices[0]?.message.content))).toEqual({ name: 'Ada', kind: 'a' })
})

test('scripted text, reasoning, refusal, tool deltas, finish reason, usage and extra fields are sent as given', async () => {
  upstream.enqueue(
    {
      kind: 'answer',
      chunks: ['a', 'b c'],
      reasoning: ['hm', 'm'],
      finishReason: 'eos',
      usage: { total_tokens: 'x' },
    },
    {
      kind: 'answer',
      chunks: ['a', 'b c'],
      reasoning: ['hm', 'm'],
      finishReason: 'eos',
      extra: { provider: 'P' },
    },
    { kind: 'answer', refusal: 'I will not.', finishReason: 'content_filter' },
    { kind: 'answer', toolDeltas: [[{ index: 0 }, { index: 1 }], [{ index: 0 }]] },
  )
  const plain = await complete(question('x'))
  expect(plain).toMatchObject({ usage: { total_tokens: 'x' } })
  expect(plain.choices[0]).toMatchObject({
    message: { content: 'ab c', reasoning_content: 'hmm' },
    finish_reason: 'eos',
  })
  const streamed = await stream(question('x'))
  expect(streamed.every((chunk) => 'provider' in chunk)).toBe(true)
  expect(
    streamed.map(({ choices }) => choices[0]?.delta.reasoning_content ?? choices[0]?.delta.content),
  ).toEqual(['', 'hm', 'm', 'a', 'b c', undefined])
  expect(streamed.at(-1)?.choices[0]?.finish_reason).toBe('eos')
  const refused = await complete(question('x'))
  expect(refused.choices[0]).toMatchObject({
    message: { content: null, refusal: 'I will not.' },
    finish_reason: 'content_filter',
  })
  const deltas = await stream(question('x'))
  expect(deltas.slice(1, -1).map(({ choices }) => choices[0]?.delta.tool_calls)).toEqual([
    [{ index: 0 }, { index: 1 }],
    [{ index: 0 }],
  ])
  expect(deltas.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls')
})

test.each([
  ['missing', []],
  ['zero', ['separate:0']],
  ['finish-chunk', ['finish:3']],
  ['separate-chunk', ['separate:3']],
  ['duplicate', ['finish:3', 'separate:3']],
] as const)('usage placed as %s is exactly there, asked or not', async (usageAs, places) => {
  upstream.setDefault({ kind: 'answer', usageAs })
  for (const extra of [{}, { stream_options: { include_usage: true } }]) {
    const chunks = (await stream(question('x', extra))).filter(({ usage }) => usage)
    expect(
      chunks.map(
        ({ choices, usage }) => `${choices.length ? 'finish' : 'separate'}:${usage?.completion_tokens}`,
      ),
    ).toEqual(places)
  }
})

test('usage on every chunk grows up to the final count', async () => {
  upstream.setDefault({ kind: 'answer', usageAs: 'every-chunk', text: 'a b c d' })
  const counts = (await stream(question('x'))).map(({ usage }) => Number(usage?.completion_tokens))
  expect(counts).toEqual(counts.toSorted((one, other) => one - other))
  expect([counts[0], counts.at(-1)]).toEqual([0, 4])
})

test('without a stream usage can be missing or zero', async () => {
  upstream.enqueue({ kind: 'answer', usageAs: 'missing' }, { kind: 'answer', usageAs: 'zero' })
  expect(await complete(question('x'))).not.toHaveProperty('usage')
  expect((await complete(question('x'))).usage).toMatchObject({
    prompt_tokens: 0,
    completion_tokens: 0,
    total_tokens: 0,
  })
})
