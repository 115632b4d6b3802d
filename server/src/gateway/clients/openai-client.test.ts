// OpenAI's official client, unmodified, over an Anthropic upstream; `openai-sdk.test.ts` has it over its own dialect.
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../../test/index.ts'
import { checkOpenAiStream } from '../dialects/test-grammar.ts'
import {
  cities,
  enqueueRounds,
  expectRounds,
  listeningFetch,
  pixel,
  usePortals,
  verdict,
  weatherFunction,
  weatherIn,
} from './test-setup.ts'

const { portal, secret, overOpenAi, overAnthropic } = usePortals()

/** The client, and what it is sent while it streams. */
function connect(settings: ConstructorParameters<typeof OpenAI>[0] = {}) {
  const { fetch, streams } = listeningFetch(checkOpenAiStream)
  return { client: portal().client(secret(), { fetch, ...settings }), streams }
}

const user = (content: string) => [{ role: 'user' as const, content }]
const model = 'claude-model'
const lastBody = () => portal().upstream.requests.at(-1)?.body
const weatherTool = { type: 'function' as const, function: weatherFunction }

test('[D-09] create gives a completion', async () => {
  const answer = await connect().client.chat.completions.create({ model, messages: user('Hello') })
  expect(answer).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-/),
    object: 'chat.completion',
    created: expect.any(Number),
    model,
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: 'You said: Hello', refusal: null },
      },
    ],
  })
  expect(answer.choices[0]?.message.tool_calls ?? []).toEqual([])
  const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = answer.usage ?? {}
  expect(prompt_tokens).toBeGreaterThan(0)
  expect(completion_tokens).toBeGreaterThan(0)
  expect(total_tokens).toBe(prompt_tokens + completion_tokens)
  expect(answer._request_id).toMatch(/^req_/)
})

test('[S-02] the stream helper gathers the text that the events carried', async () => {
  const { client, streams } = connect()
  const stream = client.chat.completions.stream({ model, messages: user('Hello there') })
  let text = ''
  stream.on('content', (delta) => {
    text += delta
  })
  const final = await stream.finalChatCompletion()
  expect(text).toBe('You said: Hello there')
  expect(final).toMatchObject({ model, choices: [{ finish_reason: 'stop', message: { content: text } }] })
  expect(await streams()).toMatchObject([{ model, choices: [{ text, finishReason: 'stop' }] }])
})

test('[S-10] usage is told to those who ask for it, and to no one else', async () => {
  const { client, streams } = connect()
  const ask = (settings: object) =>
    client.chat.completions.create({ model, messages: user('Hello'), stream: true, ...settings })
  const usages = []
  for await (const { usage } of await ask({ stream_options: { include_usage: true } })) usages.push(usage)
  expect(usages.at(-1)).toMatchObject({ prompt_tokens: expect.any(Number), total_tokens: expect.any(Number) })
  expect(usages.slice(0, -1).filter(Boolean)).toEqual([])
  for await (const { usage } of await ask({})) expect(usage ?? null).toBeNull()
  expect((await streams()).map(({ usage }) => usage !== null)).toEqual([true, false])
})

test('[C-08] cached input is part of the input', async () => {
  const usage = {
    input_tokens: 10,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 1000,
    output_tokens: 7,
  }
  portal().upstream.enqueue({ kind: 'answer', text: 'Hi', usage }, { kind: 'answer', text: 'Hi', usage })
  const { client } = connect()
  const told = {
    prompt_tokens: 1110,
    completion_tokens: 7,
    total_tokens: 1117,
    prompt_tokens_details: { cached_tokens: 100 },
  }
  const asked = { model, messages: user('Hello') }
  expect(await client.chat.completions.create(asked)).toMatchObject({ usage: told })
  const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } })
  expect(await stream.totalUsage()).toMatchObject(told)
})

test.each([true, false])(
  '[S-04] runTools goes two rounds of parallel calls, streaming %s',
  async (stream) => {
    enqueueRounds(overAnthropic)
    const { client, streams } = connect()
    const asked: string[] = []
    const settings = {
      model,
      messages: user('Weather of four cities'),
      tools: [
        {
          type: 'function' as const,
          function: {
            ...weatherTool.function,
            parse: (input: string): { city: string } => JSON.parse(input),
            function: ({ city }: { city: string }) => {
              asked.push(city)
              return weatherIn(city)
            },
          },
        },
      ],
    }
    const { completions } = client.chat
    const runner = stream ? completions.runTools({ ...settings, stream }) : completions.runTools(settings)
    expect(await runner.finalContent()).toBe(verdict)
    expect(asked).toEqual(cities)
    expectRounds(overAnthropic)
    expect(await streams()).toHaveLength(stream ? 3 : 0)
  },
)

test('[A-15] a forced tool is called, a forbidden one is not, and calls can be kept from being parallel', async () => {
  const ask = async (settings: object) => {
    const { choices } = await connect().client.chat.completions.create({
      model,
      messages: user('call get_weather {"city":"Rome"} and call get_weather {"city":"Oslo"}'),
      tools: [weatherTool],
      ...settings,
    })
    expect(choices[0]?.finish_reason).toBe(choices[0]?.message.tool_calls ? 'tool_calls' : 'stop')
    return choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function.arguments)
  }
  expect(await ask({})).toEqual(['{"city":"Rome"}', '{"city":"Oslo"}'])
  expect(await ask({ parallel_tool_calls: false })).toEqual(['{"city":"Rome"}'])
  expect(await ask({ tool_choice: 'none' })).toBeUndefined()
  expect(await ask({ tool_choice: 'required', messages: user('Hi') })).toHaveLength(1)
  expect(await ask({ tool_choice: weatherTool, messages: user('Hi') })).toEqual(['{"city":"Hi"}'])
})

test.each([
  [model, 'end_turn'],
  ['older-claude-model', 'tool_use'],
])(
  '[A-22] [S-28] [C-02] parse gives an object of the schema, whole and streamed, of %s, which ends with its own %s',
  async (model, native) => {
    const Colour = z.object({ name: z.string(), red: z.number() })
    const { client, streams } = connect()
    const asked = {
      model,
      messages: user('Name a colour'),
      response_format: zodResponseFormat(Colour, 'colour'),
    }
    const answer = await client.chat.completions.parse(asked)
    expect(Colour.parse(answer.choices[0]?.message.parsed)).toMatchObject({ name: 'Name a colour' })
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion()
    expect(streamed.choices[0]?.message.parsed).toEqual(answer.choices[0]?.message.parsed)
    expect(streamed.choices[0]).toMatchObject({ finish_reason: 'stop', native_finish_reason: native })
    expect([answer, streamed].map(({ choices }) => choices[0]?.message.tool_calls ?? [])).toEqual([[], []])
    expect(await streams()).toHaveLength(1)
  },
)

test('[A-23] JSON without a schema becomes an instruction', async () => {
  await connect().client.chat.completions.create({
    model,
    messages: user('Hi'),
    response_format: { type: 'json_object' },
  })
  expect(lastBody()).toMatchObject({ system: [{ text: expect.stringMatching(/JSON/) }] })
})

test('[A-24] [A-26] instructions become system blocks and images blocks of the same bytes', async () => {
  await connect().client.chat.completions.create({
    model,
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'developer', content: 'Be kind.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
        ],
      },
    ],
  })
  expect(lastBody()).toMatchObject({
    system: [{ text: 'Be short.' }, { text: 'Be kind.' }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
        ],
      },
    ],
  })
})

test('[C-02] stop and a cap end an answer, each by its name', async () => {
  const ask = async (settings: object) =>
    (
      await connect().client.chat.completions.create({
        model,
        messages: user('one two three four'),
        ...settings,
      })
    ).choices[0]
  expect(await ask({ stop: 'three' })).toMatchObject({
    finish_reason: 'stop',
    native_finish_reason: 'stop_sequence',
    message: { content: expect.stringMatching(/^You said: one two ?$/) },
  })
  for (const cap of ['max_tokens', 'max_completion_tokens'])
    expect(await ask({ [cap]: 3 })).toMatchObject({
      finish_reason: 'length',
      message: { content: 'You said: one' },
    })
})

test('[A-28] reasoning_effort makes it think, and the thoughts go back signed', async () => {
  const { client, streams } = connect()
  const settings = { model, tools: [weatherTool], reasoning_effort: 'low' as const }
  const question = user('call get_weather {"city":"Rome"}')
  const { choices } = await client.chat.completions
    .stream({ ...settings, messages: question })
    .finalChatCompletion()
  const [call] = choices[0]?.message.tool_calls ?? []
  const [streamed] = await streams()
  expect(streamed?.choices[0]?.reasoning).toContain('Thinking about')
  const answer = await client.chat.completions.create({ ...settings, messages: question })
  const message = answer.choices[0]?.message
  if (!message || !call) throw new Error('There is no call.')
  expect(message).toMatchObject({ reasoning_content: expect.stringContaining('Thinking about') })
  // The upstream refuses thoughts that were changed, and calls whose thoughts are missing.
  await client.chat.completions.create({
    ...settings,
    messages: [...question, message, { role: 'tool', tool_call_id: call.id, content: 'sunny' }],
  })
  expect(lastBody()).toMatchObject({
    messages: [{}, { content: [{ type: 'thinking' }, { type: 'tool_use' }] }, {}],
  })
})

test.each([true, false])('[A-27] [A-28] runTools goes on where it thinks, streaming %s', async (stream) => {
  const { client } = connect()
  const settings = {
    model,
    messages: user('call get_weather {"city":"Rome"}'),
    reasoning_effort: 'high' as const,
    tools: [
      {
        type: 'function' as const,
        function: { ...weatherTool.function, function: () => 'sunny' },
      },
    ],
  }
  const { completions } = client.chat
  const runner = stream ? completions.runTools({ ...settings, stream }) : completions.runTools(settings)
  expect(await runner.finalContent()).toBe('The tool said: sunny')
  expect(portal().upstream.requests.map(({ body }) => body)).toMatchObject([
    { thinking: { type: expect.stringMatching(/^(enabled|adaptive)$/) } },
    {},
  ])
})

test('[S-16] a stream that the network cut inside characters is gathered whole', async () => {
  const text = '東京は晴れ、 Zürich ☂ 🌦'
  portal().upstream.enqueue({ kind: 'answer', text, wire: { cut: 'inside-characters' } })
  const { client, streams } = connect()
  const final = await client.chat.completions.stream({ model, messages: user('Hi') }).finalChatCompletion()
  expect(final.choices[0]?.message.content).toBe(text)
  expect(await streams()).toHaveLength(1)
})

test('[S-06] a call without arguments has an empty object, whole and streamed', async () => {
  const call = { kind: 'answer', toolCalls: [{ name: 'now', arguments: '{}', pieces: [''] }] } as const
  portal().upstream.enqueue(call, call)
  const { client, streams } = connect()
  const asked = {
    model,
    messages: user('Hi'),
    tools: [{ type: 'function' as const, function: { name: 'now' } }],
  }
  const called = {
    choices: [
      {
        finish_reason: 'tool_calls',
        message: { tool_calls: [{ function: { name: 'now', arguments: '{}' } }] },
      },
    ],
  }
  expect(await client.chat.completions.create(asked)).toMatchObject(called)
  expect(await client.chat.completions.stream(asked).finalChatCompletion()).toMatchObject(called)
  expect(await streams()).toHaveLength(1)
})

test('[C-03] [S-29] a refusal is one, whole and streamed', async () => {
  const refusal = { kind: 'answer', refusal: 'I would rather not.' } as const
  portal().upstream.enqueue(refusal, refusal)
  const { client, streams } = connect()
  const asked = { model, messages: user('Hi') }
  const refused = {
    choices: [{ finish_reason: 'content_filter', message: { refusal: 'I would rather not.' } }],
  }
  expect(await client.chat.completions.create(asked)).toMatchObject(refused)
  const chunks = []
  for await (const chunk of await client.chat.completions.create({ ...asked, stream: true }))
    chunks.push(chunk)
  expect(chunks.map(({ choices }) => choices[0]?.delta.refusal ?? '').join('')).toBe('I would rather not.')
  expect(await streams()).toMatchObject([{ choices: [{ finishReason: 'content_filter' }] }])
})

test('[S-24] aborting ends the upstream’s work within a second, before the first event and in the middle', async () => {
  portal().upstream.enqueue(
    { kind: 'hang', after: 'nothing' },
    { kind: 'hang', after: 5, text: 'one two three' },
  )
  const { client } = connect()
  const aborter = new AbortController()
  const asking = client.chat.completions.create({ model, messages: user('Hi') }, { signal: aborter.signal })
  await eventually(() => expect(portal().upstream.requests).toHaveLength(1))
  let left = Date.now()
  aborter.abort()
  await expect(asking).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
  expect(((await portal().upstream.requests[0]?.aborted) ?? 0) - left).toBeLessThan(1000)

  const stream = await client.chat.completions.create({ model, messages: user('Hi'), stream: true })
  for await (const { choices } of stream)
    if (choices[0]?.delta.content) {
      left = Date.now()
      stream.controller.abort()
    }
  expect(((await portal().upstream.requests[1]?.aborted) ?? 0) - left).toBeLessThan(1000)
  await eventually(() => expect(portal().held()).toEqual({ openLeases: 0, heldTokens: 0 }))
})

describe('[E-02] errors arrive as the client’s own classes', () => {
  type ApiError = InstanceType<typeof OpenAI.APIError>
  const ask = (body: Record<string, unknown> = {}, key = secret()) =>
    connect({ apiKey: key })
      .client.chat.completions.create({ model, messages: user('Hi'), ...body })
      .then(
        () => null,
        (error: ApiError) => error,
      )

  test.each([
    { name: 'AuthenticationError', status: 401, key: 'sk-live-wrong', body: {} },
    { name: 'NotFoundError', status: 404, body: { model: 'nope' } },
    { name: 'BadRequestError', status: 400, body: { n: 2 } },
    { name: 'BadRequestError', status: 400, body: { temperature: 1.5 } },
    { name: 'BadRequestError', status: 400, body: { logprobs: true } },
    {
      name: 'BadRequestError',
      status: 400,
      body: { messages: [{ role: 'tool', tool_call_id: 'a', content: '' }] },
    },
  ] as const)('$name for $body', async ({ name, status, body, ...asked }) => {
    const error = await ask(body, 'key' in asked ? asked.key : secret())
    expect(error).toBeInstanceOf(OpenAI[name])
    expect(error).toMatchObject({ status, requestID: expect.stringMatching(/^req_/) })
    expect(error?.error).toMatchObject({
      message: expect.stringMatching(/./),
      type: expect.stringMatching(/./),
    })
    expect(error?.error).toHaveProperty('param')
    expect(error?.error).toHaveProperty('code')
    expect(portal().upstream.requests).toEqual([])
  })

  test('RateLimitError says when to come again', async () => {
    const { secret: key } = await portal().aKey({ rpmLimit: 1 })
    expect(await ask({}, key)).toBeNull()
    const error = await ask({}, key)
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    expect(Number(error?.headers?.get('retry-after'))).toBeGreaterThan(50)
  })

  test.each([
    [500, 500],
    [529, 503],
    [401, 502],
  ])(
    '[E-07] an upstream that keeps answering %i is an InternalServerError of status %i',
    async (given, status) => {
      portal().upstream.setDefault({ kind: 'status', status: given })
      const error = await ask()
      expect(error).toBeInstanceOf(OpenAI.InternalServerError)
      expect(error?.status).toBe(status)
    },
  )

  test('[S-20] an APIError in the middle of a stream, which has no end', async () => {
    portal().upstream.enqueue({ kind: 'error-in-stream', afterEvents: 5, text: 'one two three four' })
    const { client, streams } = connect()
    const stream = await client.chat.completions.create({ model, messages: user('Hi'), stream: true })
    let text = ''
    const reading = (async () => {
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? ''
    })()
    await expect(reading).rejects.toBeInstanceOf(OpenAI.APIError)
    expect(text).toMatch(/^one two/)
    expect(await streams()).toMatchObject([{ choices: [{ finishReason: null }], error: {} }])
  })
})

test('[A-10] calls made over one kind of upstream can be told to the other', async () => {
  const { client } = connect()
  enqueueRounds(overOpenAi)
  const asked = { messages: user('Hi'), tools: [weatherTool] }
  const { choices } = await client.chat.completions.create({ model: 'test-model', ...asked })
  const message = choices[0]?.message
  if (!message?.tool_calls) throw new Error('There is no call.')
  portal().upstream.reset()
  const answer = await client.chat.completions.create({
    ...asked,
    model,
    messages: [
      ...asked.messages,
      message,
      ...message.tool_calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'sunny' })),
    ],
  })
  expect(answer.choices[0]?.message.content).toBe('The tool said: sunny')
})
