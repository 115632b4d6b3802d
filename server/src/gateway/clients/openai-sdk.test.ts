// The official client, unmodified, against the scripted upstream and against the demo model.
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../../test/index.ts'
import {
  cities,
  enqueueRounds,
  expectRounds,
  usePortals,
  verdict,
  weatherFunction,
  weatherIn,
} from './test-setup.ts'

const { portal, secret, overOpenAi, theDemo } = usePortals()

const user = (content: string) => [{ role: 'user' as const, content }]
const weatherTool = { type: 'function' as const, function: weatherFunction }

describe.each([overOpenAi, theDemo])('with $name', (served) => {
  const { model } = served
  const client = () => served.portal().client(served.secret())

  test('[GW-R1] create gives a completion', async () => {
    const answer = await client().chat.completions.create({ model: model(), messages: user('Hello') })
    expect(answer).toMatchObject({ object: 'chat.completion', model: model() })
    expect(answer.choices[0]?.message.content).toMatch(/./)
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    expect(answer.usage?.total_tokens).toBeGreaterThan(0)
  })

  test('[GW-A2] the stream helper gathers the same text that its events carried', async () => {
    const stream = client().chat.completions.stream({
      model: model(),
      messages: user('Hello there'),
      stream_options: { include_usage: true },
    })
    let text = ''
    stream.on('content', (delta) => {
      text += delta
    })
    const final = await stream.finalChatCompletion()
    expect(text).not.toBe('')
    expect(final.choices[0]?.message.content).toBe(text)
    expect(final.usage?.completion_tokens).toBeGreaterThan(0)
  })

  test('runTools goes round until the model answers in words', async () => {
    const asked: string[] = []
    const runner = client().chat.completions.runTools({
      model: model(),
      messages: user('call get_weather {"city":"Paris"}'),
      tools: [
        {
          type: 'function',
          function: {
            ...weatherFunction,
            parse: JSON.parse,
            function: ({ city }: { city: string }) => {
              asked.push(city)
              return `It is sunny in ${city}.`
            },
          },
        },
      ],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
    })
    const done = await runner.finalChatCompletion()
    expect(asked).toHaveLength(1)
    expect(done.choices[0]?.finish_reason).toMatch(/stop|tool_calls/)
  })

  test('parse gives an object of the schema', async () => {
    const Colour = z.object({ name: z.string(), red: z.number() })
    const answer = await client().chat.completions.parse({
      model: model(),
      messages: user('Name a colour'),
      response_format: zodResponseFormat(Colour, 'colour'),
    })
    expect(Colour.parse(answer.choices[0]?.message.parsed)).toBeTruthy()
  })

  test('models are listed and retrieved', async () => {
    const ids = (await client().models.list()).data.map(({ id }) => id)
    expect(ids).toContain(model())
    expect(await client().models.retrieve(model())).toMatchObject({ id: model(), object: 'model' })
    await expect(client().models.retrieve('no-such-model')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })
})

test('[GW-P6] the demo model answers only where no model is configured, and says what it is', async () => {
  const demo = theDemo.portal()
  expect(demo.services.models.list()).toMatchObject([{ description: expect.stringMatching(/demo model/) }])
  const answer = await demo
    .client(theDemo.secret())
    .chat.completions.create({ model: theDemo.model(), messages: user('What is love?') })
  expect(answer.choices[0]?.message.content).toMatch(/demo model/)
  expect(
    portal()
      .services.models.list()
      .filter(({ isDemo }) => isDemo),
  ).toEqual([])
})

test.each(['/api', '/api/v1'])('[GW-R1] the base URL %s serves completions and models', async (base) => {
  const client = portal().client(secret(), { baseURL: portal().url + base })
  const answer = await client.chat.completions.create({ model: 'test-model', messages: user('Hi') })
  expect(answer.choices[0]?.message.content).toBe('You said: Hi')
  expect((await client.models.list()).data.map(({ id }) => id)).toContain('test-model')
})

test('[GW-R2] the key is taken from x-api-key as well', async () => {
  const client = portal().client('unused', { defaultHeaders: { 'x-api-key': secret(), authorization: null } })
  const answer = await client.chat.completions.create({ model: 'test-model', messages: user('Hi') })
  expect(answer.choices[0]?.message.content).toBe('You said: Hi')
})

test('parallel tool calls in a stream are gathered whole, each with its own arguments', async () => {
  const stream = portal()
    .client(secret())
    .chat.completions.stream({
      model: 'test-model',
      messages: user('call get_weather {"city":"Paris"} and call get_weather {"city":"東京"}'),
      tools: [weatherTool],
    })
  const { choices } = await stream.finalChatCompletion()
  expect(choices[0]?.finish_reason).toBe('tool_calls')
  const calls = choices[0]?.message.tool_calls ?? []
  expect(calls.map((call) => call.type === 'function' && JSON.parse(call.function.arguments))).toEqual([
    { city: 'Paris' },
    { city: '東京' },
  ])
})

test('runTools makes two rounds of parallel calls and hands every result back', async () => {
  enqueueRounds(overOpenAi)
  const asked: string[] = []
  const runner = portal()
    .client(secret())
    .chat.completions.runTools({
      model: 'test-model',
      stream: true,
      messages: user('Weather of four cities'),
      tools: [
        {
          type: 'function',
          function: {
            ...weatherFunction,
            parse: JSON.parse,
            function: ({ city }: { city: string }) => {
              asked.push(city)
              return weatherIn(city)
            },
          },
        },
      ],
    })
  expect(await runner.finalContent()).toBe(verdict)
  expect(asked).toEqual(cities)
  expectRounds(overOpenAi)
})

describe('errors arrive as the client’s own classes', () => {
  const ask = (key = secret(), body: Record<string, unknown> = {}) =>
    portal()
      .client(key)
      .chat.completions.create({ model: 'test-model', messages: user('Hi'), ...body })
      .then(
        () => null,
        (error: InstanceType<typeof OpenAI.APIError>) => error,
      )

  test.each([
    ['AuthenticationError', 401, { key: 'sk-live-wrong' }],
    ['NotFoundError', 404, { body: { model: 'nope' } }],
    ['BadRequestError', 400, { body: { temperature: 3 } }],
  ] as const)('[GW-A8] %s for %i', async (name, status, { key, body }: { key?: string; body?: object }) => {
    const error = await ask(key ?? secret(), { ...body })
    expect(error).toBeInstanceOf(OpenAI[name])
    expect(error).toMatchObject({ status, requestID: expect.stringMatching(/^req_/) })
    expect(error?.error).toMatchObject({ message: expect.any(String), type: expect.any(String) })
    expect(error?.error).toHaveProperty('param')
    expect(error?.error).toHaveProperty('code')
  })

  test('[GW-A8] PermissionDeniedError for a key without the permission', async () => {
    const { secret: images } = await portal().aKey({ permissions: ['images'] })
    expect(await ask(images)).toBeInstanceOf(OpenAI.PermissionDeniedError)
  })

  test('[GW-L4] RateLimitError, and the client waits as long as Retry-After says', async () => {
    const { secret: slow } = await portal().aKey({ rpmLimit: 1 })
    expect(await ask(slow)).toBeNull()
    const error = await ask(slow)
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    const seconds = Number(error?.headers?.get('retry-after'))
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
  })

  test('[GW-U6] InternalServerError where the upstream keeps failing', async () => {
    portal().upstream.setDefault({ kind: 'status', status: 500 })
    expect(await ask()).toBeInstanceOf(OpenAI.InternalServerError)
  })

  test('[GW-A5] an APIError in the middle of a stream', async () => {
    portal().upstream.enqueue({ kind: 'error-in-stream', afterEvents: 3, text: 'one two three four' })
    const stream = await portal()
      .client(secret())
      .chat.completions.create({ model: 'test-model', messages: user('Hi'), stream: true })
    const seen: string[] = []
    const reading = (async () => {
      for await (const chunk of stream) seen.push(chunk.choices[0]?.delta.content ?? '')
    })()
    await expect(reading).rejects.toBeInstanceOf(OpenAI.APIError)
    expect(seen.join('')).toBe('one two')
  })

  test('APIConnectionTimeoutError and APIUserAbortError end the upstream’s work', async () => {
    portal().upstream.setDefault({ kind: 'hang', after: 'nothing' })
    const client = portal().client(secret(), { timeout: 200 })
    await expect(
      client.chat.completions.create({ model: 'test-model', messages: user('Hi') }),
    ).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError)
    const aborter = new AbortController()
    const asking = portal()
      .client(secret())
      .chat.completions.create({ model: 'test-model', messages: user('Hi') }, { signal: aborter.signal })
    await eventually(() => expect(portal().upstream.requests).toHaveLength(2))
    aborter.abort()
    await expect(asking).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await Promise.all(portal().upstream.requests.map(({ aborted }) => aborted))
    await eventually(() => expect(portal().held()).toEqual({ openLeases: 0, heldTokens: 0 }))
  })

  test('a stream that is aborted ends without an error of its own', async () => {
    portal().upstream.setDefault({ kind: 'hang', after: 3, text: 'one two three' })
    const stream = await portal()
      .client(secret())
      .chat.completions.create({ model: 'test-model', messages: user('Hi'), stream: true })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) stream.controller.abort()
    await portal().upstream.requests[0]?.aborted
  })
})

test('a model that does not exist is OpenAI’s error to OpenAI’s client', async () => {
  const { secret: key } = await portal().aKey()
  const error = await portal()
    .client(key)
    .models.retrieve('nope')
    .catch((cause: unknown) => cause)
  expect(error).toMatchObject({ status: 404, code: 'model_not_found', type: 'not_found_error' })
})
