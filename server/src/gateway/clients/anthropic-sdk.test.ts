// Anthropic's official client, unmodified: on its own paths, and with every completion sent to the other dialect's path.
import Anthropic from '@anthropic-ai/sdk'
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../../test/index.ts'
import { checkAnthropicStream } from '../dialects/test-grammar.ts'
import { connect, own, redirected } from './test-anthropic.ts'
import {
  cities,
  enqueueRounds,
  expectRounds,
  listeningFetch,
  pixel,
  usePortals,
  verdict,
  weatherIn,
} from './test-setup.ts'

const { portal, secret, overOpenAi, overAnthropic, theDemo } = usePortals()

const user = (content: string) => [{ role: 'user' as const, content }]
const weather = (asked: string[]) =>
  betaZodTool({
    name: 'get_weather',
    description: 'The weather in a city.',
    inputSchema: z.object({ city: z.string() }),
    run: ({ city }) => {
      asked.push(city)
      return weatherIn(city)
    },
  })
const weatherTool: Anthropic.Tool = {
  name: 'get_weather',
  description: 'The weather in a city.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const lastBody = () => portal().upstream.requests.at(-1)?.body

const scripted = [overOpenAi, overAnthropic].flatMap((served) =>
  [own, redirected].map((path) => ({ ...served, ...path })),
)

describe.each([...scripted, { ...theDemo, ...own }, { ...theDemo, ...redirected }])(
  'over $name, $way',
  (served) => {
    const { model, toPath } = served

    test('[D-09] create gives a message', async () => {
      const { client } = connect(served, toPath)
      const message = await client.messages.create({
        model: model(),
        max_tokens: 100,
        messages: user('Hello'),
      })
      expect(message).toMatchObject({
        id: expect.stringMatching(/^msg_/),
        type: 'message',
        role: 'assistant',
        model: model(),
        content: [{ type: 'text', text: expect.stringMatching(/./) }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
      })
      expect(message.usage.output_tokens).toBeGreaterThan(0)
      expect(message._request_id).toMatch(/^req_/)
    })

    test('[S-01] the stream helper gathers the text that the events carried', async () => {
      const { client, streams } = connect(served, toPath)
      const stream = client.messages.stream({
        model: model(),
        max_tokens: 100,
        messages: user('Hello there'),
      })
      const types: string[] = []
      let text = ''
      stream.on('streamEvent', ({ type }) => types.push(type))
      stream.on('text', (delta) => {
        text += delta
      })
      const message = await stream.finalMessage()
      expect(text).not.toBe('')
      expect(await stream.finalText()).toBe(text)
      expect([types[0], types.at(-1)]).toEqual(['message_start', 'message_stop'])
      expect(message).toMatchObject({ model: model(), stop_reason: 'end_turn' })
      expect(message.usage.input_tokens).toBeGreaterThan(0)
      expect(message.usage.output_tokens).toBeGreaterThan(0)
      expect(await streams()).toMatchObject([{ blocks: [{ text }], stop: { stop_reason: 'end_turn' } }])
    })

    test('[B-09] a forced tool is called, with the arguments of its schema', async () => {
      const { client, streams } = connect(served, toPath)
      const message = await client.messages
        .stream({
          model: model(),
          max_tokens: 100,
          messages: user('Paris'),
          tools: [weatherTool],
          tool_choice: { type: 'tool', name: 'get_weather' },
        })
        .finalMessage()
      expect(message.stop_reason).toBe('tool_use')
      expect(message.content).toMatchObject([
        {
          type: 'tool_use',
          id: expect.stringMatching(/^toolu_/),
          name: 'get_weather',
          // The demo model reads no meaning into the question.
          input: { city: served.kind === 'demo' ? expect.stringMatching(/./) : 'Paris' },
        },
      ])
      expect(await streams()).toHaveLength(1)
    })
  },
)

describe.each(scripted)('over $name, $way', (served) => {
  const { model, toPath } = served

  test.each([true, false])(
    '[S-03] the tool runner goes two rounds of parallel calls, streaming %s',
    async (stream) => {
      enqueueRounds(served)
      const { client, streams } = connect(served, toPath)
      const asked: string[] = []
      const runner = client.beta.messages.toolRunner({
        model: model(),
        max_tokens: 1000,
        messages: user('Weather of four cities'),
        tools: [weather(asked)],
        stream,
      })
      const message = await runner.runUntilDone()
      expect(message.content).toMatchObject([{ type: 'text', text: verdict }])
      expect(asked).toEqual(cities)
      expectRounds(served)
      expect(await streams()).toHaveLength(stream ? 3 : 0)
    },
  )

  test('[B-05] what a tool failed with reaches the model', async () => {
    portal().upstream.enqueue({
      kind: 'answer',
      toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: '{"city":"Rome"}' }],
    })
    const { client } = connect(served, toPath)
    const tool = { ...weather([]), run: () => Promise.reject(new Error('no such city')) }
    await client.beta.messages
      .toolRunner({ model: model(), max_tokens: 100, messages: user('Hi'), tools: [tool] })
      .runUntilDone()
    expect(portal().upstream.requests.at(-1)?.raw).toMatch(/Error.*no such city/)
  })

  test('[B-09] calls can be kept from being parallel, and tools from being called', async () => {
    const { client } = connect(served, toPath)
    const ask = (tool_choice: Anthropic.ToolChoice) =>
      client.messages.create({
        model: model(),
        max_tokens: 100,
        messages: user('call get_weather {"city":"Rome"} and call get_weather {"city":"Oslo"}'),
        tools: [weatherTool],
        tool_choice,
      })
    const kinds = async (choice: Anthropic.ToolChoice) => (await ask(choice)).content.map(({ type }) => type)
    expect(await kinds({ type: 'auto' })).toEqual(['tool_use', 'tool_use'])
    expect(await kinds({ type: 'auto', disable_parallel_tool_use: true })).toEqual(['tool_use'])
    expect(await kinds({ type: 'none' })).toEqual(['text'])
  })

  test('[C-02] stop_sequences and max_tokens end an answer, each by its name', async () => {
    const { client } = connect(served, toPath)
    const ask = (settings: object) =>
      client.messages.create({
        model: model(),
        max_tokens: 100,
        messages: user('one two three four'),
        ...settings,
      })
    const stopped = await ask({ stop_sequences: ['three'] })
    expect(stopped.content).toMatchObject([{ text: expect.stringMatching(/^You said: one two ?$/) }])
    // OpenAI's servers do not tell which one it was, nor that it was one.
    expect([stopped.stop_reason, stopped.stop_sequence]).toEqual(
      served.kind === 'anthropic' ? ['stop_sequence', 'three'] : ['end_turn', null],
    )
    expect(await ask({ max_tokens: 2 })).toMatchObject({ stop_reason: 'max_tokens' })
  })

  test('[B-17] an image reaches the upstream as the same bytes of the same type', async () => {
    const { client } = connect(served, toPath)
    const source = { type: 'base64', media_type: 'image/png', data: pixel } as const
    await client.messages.create({
      model: model(),
      max_tokens: 100,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source },
            { type: 'text', text: 'What is this?' },
          ],
        },
      ],
    })
    const image =
      served.kind === 'anthropic'
        ? { type: 'image', source }
        : { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } }
    expect(lastBody()).toMatchObject({
      messages: [{ content: [image, { type: 'text', text: 'What is this?' }] }],
    })
  })

  test('[C-01] parse gives an object of the schema', async () => {
    const { client } = connect(served, toPath)
    const Colour = z.object({ name: z.string(), red: z.number() })
    const message = await client.messages.parse({
      model: model(),
      max_tokens: 100,
      messages: user('Name a colour'),
      output_config: { format: zodOutputFormat(Colour) },
    })
    expect(Colour.parse(message.parsed_output)).toBeTruthy()
  })

  test('[S-16] a stream that the network cut inside characters is gathered whole', async () => {
    const text = '東京は晴れ、 Zürich ☂ 🌦'
    portal().upstream.enqueue({ kind: 'answer', text, wire: { cut: 'inside-characters' } })
    const { client, streams } = connect(served, toPath)
    const stream = client.messages.stream({ model: model(), max_tokens: 100, messages: user('Hi') })
    expect(await stream.finalText()).toBe(text)
    expect(await streams()).toHaveLength(1)
  })

  test('[S-06] a call without arguments has an empty object, whole and streamed', async () => {
    const now = { id: 'toolu_now', name: 'now', arguments: '{}', pieces: [''] }
    portal().upstream.enqueue(
      { kind: 'answer', toolCalls: [now] },
      {
        kind: 'answer',
        text: 'Now.',
        toolCalls: [{ ...now, ...(served.kind === 'openai' && { arguments: '' }) }],
      },
    )
    const { client, streams } = connect(served, toPath)
    const asked = {
      model: model(),
      max_tokens: 100,
      messages: user('Hi'),
      tools: [{ name: 'now', input_schema: { type: 'object' as const } }],
    }
    const streamed = await client.messages.stream(asked).finalMessage()
    expect(streamed).toMatchObject({ content: [{ name: 'now', input: {} }], stop_reason: 'tool_use' })
    const whole = await client.messages.create(asked)
    expect(whole).toMatchObject({
      content: [{ text: 'Now.' }, { name: 'now', input: {} }],
      stop_reason: 'tool_use',
    })
    expect(await streams()).toHaveLength(1)
  })

  test('[C-03] [S-29] a refusal ends as one, whole and streamed', async () => {
    const refusal = { kind: 'answer', refusal: 'I would rather not.' } as const
    portal().upstream.enqueue(refusal, refusal)
    const { client, streams } = connect(served, toPath)
    const asked = { model: model(), max_tokens: 100, messages: user('Hi') }
    expect(await client.messages.create(asked)).toMatchObject({ stop_reason: 'refusal' })
    expect(await client.messages.stream(asked).finalMessage()).toMatchObject({ stop_reason: 'refusal' })
    expect(await streams()).toHaveLength(1)
  })

  test('[B-16] a PDF reaches the upstream as the same bytes', async () => {
    const { client } = connect(served, toPath)
    const data = Buffer.from('%PDF-1.4 a page').toString('base64')
    await client.messages.create({
      model: model(),
      max_tokens: 100,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data } },
            { type: 'text', text: 'What is this?' },
          ],
        },
      ],
    })
    expect(JSON.stringify(lastBody())).toContain(data)
  })

  test('[B-15] thinking is asked of any model, and is never a 400', async () => {
    const { client } = connect(served, toPath)
    for (const thinking of [
      { type: 'enabled', budget_tokens: 2000 },
      { type: 'adaptive' },
      { type: 'disabled' },
    ] as const) {
      const asked = { model: model(), max_tokens: 4000, messages: user('Hi'), thinking }
      const { content } = await client.messages.create(asked)
      expect(content.at(-1)).toMatchObject({ type: 'text', text: 'You said: Hi' })
    }
  })

  test('[S-24] aborting ends the upstream’s work within a second, before the first event and in the middle', async () => {
    const { client } = connect(served, toPath)
    portal().upstream.enqueue(
      { kind: 'hang', after: 'nothing' },
      { kind: 'hang', after: 5, text: 'one two three' },
    )
    const aborter = new AbortController()
    const asking = client.messages.create(
      { model: model(), max_tokens: 100, messages: user('Hi') },
      { signal: aborter.signal },
    )
    await eventually(() => expect(portal().upstream.requests).toHaveLength(1))
    let left = Date.now()
    aborter.abort()
    await expect(asking).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
    expect(((await portal().upstream.requests[0]?.aborted) ?? 0) - left).toBeLessThan(1000)

    const stream = client.messages.stream({ model: model(), max_tokens: 100, messages: user('Hi') })
    stream.on('text', () => {
      left = Date.now()
      stream.abort()
    })
    await expect(stream.done()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError)
    expect(((await portal().upstream.requests[1]?.aborted) ?? 0) - left).toBeLessThan(1000)
    await eventually(() => expect(portal().held()).toEqual({ openLeases: 0, heldTokens: 0 }))
  })

  test('[E-01] an error in the middle of a stream is an APIError of its type', async () => {
    portal().upstream.enqueue({ kind: 'error-in-stream', afterEvents: 5, text: 'one two three four' })
    const { client, streams } = connect(served, toPath)
    const stream = await client.messages.create({
      model: model(),
      max_tokens: 100,
      messages: user('Hi'),
      stream: true,
    })
    const reading = (async () => {
      for await (const _ of stream);
    })()
    await expect(reading).rejects.toBeInstanceOf(Anthropic.APIError)
    const [said] = await streams()
    expect(said?.blocks[0]?.text).toMatch(/^one two/)
    expect(said).toMatchObject({ stop: null, error: { type: expect.stringMatching(/_error$/) } })
  })
})

describe.each([own, redirected])('over an Anthropic upstream, $way', ({ toPath }) => {
  test('[A-25] system blocks and cache marks reach the upstream as they were', async () => {
    const { client } = connect(overAnthropic, toPath)
    const asked = {
      max_tokens: 100,
      system: [
        { type: 'text', text: 'Be short.' },
        { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral', ttl: '1h' } },
      ],
      messages: [
        {
          role: 'user',
          content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }],
        },
      ],
      tools: [{ ...weatherTool, cache_control: { type: 'ephemeral', ttl: '1h' } }],
    } satisfies Omit<Anthropic.MessageCreateParams, 'model'>
    await client.messages.create({ model: 'claude-model', ...asked })
    expect(lastBody()).toEqual({ model: 'upstream-claude', ...asked })
  })

  test('[S-26] thoughts come signed, before the call, and go back as they were', async () => {
    const { client, streams } = connect(overAnthropic, toPath)
    const settings = {
      model: 'claude-model',
      max_tokens: 4000,
      thinking: { type: 'enabled', budget_tokens: 2000 },
      tools: [weatherTool],
    } satisfies Partial<Anthropic.MessageCreateParams>
    const question = user('call get_weather {"city":"Rome"}')
    const { content, stop_reason } = await client.messages
      .stream({ ...settings, messages: question })
      .finalMessage()
    const [thoughts, call] = content
    expect(stop_reason).toBe('tool_use')
    expect(thoughts).toMatchObject({
      type: 'thinking',
      thinking: expect.stringContaining('Thinking about'),
      signature: expect.stringMatching(/./),
    })
    expect((await streams())[0]?.blocks[0]?.signatures).toHaveLength(1)
    if (call?.type !== 'tool_use') throw new Error('The second block is no call.')
    // The upstream refuses thoughts that were changed.
    const answer = await client.messages.create({
      ...settings,
      messages: [
        ...question,
        { role: 'assistant', content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'sunny' }] },
      ],
    })
    expect(answer.content.map(({ type }) => type)).toEqual(['thinking', 'text'])
    expect(lastBody()).toMatchObject({ messages: [{}, { content: [thoughts, { id: call.id }] }, {}] })
  })

  test('[S-26] redacted thoughts come whole', async () => {
    portal().upstream.enqueue({ kind: 'answer', reasoning: ['Hm.'], redacted: ['c2VjcmV0'], text: 'Yes.' })
    const { client } = connect(overAnthropic, toPath)
    const { content } = await client.messages
      .stream({ model: 'claude-model', max_tokens: 100, messages: user('Hi') })
      .finalMessage()
    expect(content).toMatchObject([
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'redacted_thinking', data: 'c2VjcmV0' },
      { type: 'text', text: 'Yes.' },
    ])
  })
})

test.each([own, redirected])(
  '[S-27] thoughts of an OpenAI-compatible upstream are shown, $way, and not sent back',
  async ({ toPath }) => {
    portal().upstream.enqueue({ kind: 'answer', reasoning: ['Hm,', ' well.'], text: 'Yes.' })
    const { client, streams } = connect(overOpenAi, toPath)
    const settings = { model: 'test-model', max_tokens: 100 }
    const { content } = await client.messages.stream({ ...settings, messages: user('Hi') }).finalMessage()
    expect(content).toMatchObject([
      { type: 'thinking', thinking: 'Hm, well.' },
      { type: 'text', text: 'Yes.' },
    ])
    expect(await streams()).toHaveLength(1)
    await client.messages.create({
      ...settings,
      messages: [...user('Hi'), { role: 'assistant', content }, ...user('Sure?')],
    })
    expect(portal().upstream.requests[1]?.raw).not.toContain('Hm')
  },
)

test('[B-08] system blocks are one message to an OpenAI-compatible upstream', async () => {
  const { client } = connect(overOpenAi)
  await client.messages.create({
    model: 'test-model',
    max_tokens: 100,
    system: [
      { type: 'text', text: 'Be short.' },
      { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } },
    ],
    messages: user('Hi'),
  })
  const { messages } = lastBody() as { messages: { role: string }[] }
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user'])
  expect(JSON.stringify(messages[0])).toMatch(/Be short\..*Be kind\./)
})

test.each(['apiKey', 'authToken'])('[GW-R2] the key is taken as %s, on either path', async (setting) => {
  for (const { toPath } of [own, redirected]) {
    const { fetch } = listeningFetch(checkAnthropicStream, toPath)
    const client = portal().anthropic('', { apiKey: null, authToken: null, [setting]: secret(), fetch })
    const message = await client.messages.create({ model: 'test-model', max_tokens: 9, messages: user('Hi') })
    expect(message.content).toMatchObject([{ text: 'You said: Hi' }])
  }
})

describe.each([overOpenAi, overAnthropic])('over $name', (served) => {
  const { model } = served

  test('[B-18] countTokens counts system, messages and tools', async () => {
    const { client } = connect(served)
    const count = async (more: object) =>
      (await client.messages.countTokens({ model: model(), messages: user('Hello'), ...more })).input_tokens
    const least = await count({})
    expect(least).toBeGreaterThan(0)
    expect(await count({ system: 'Be short and kind.' })).toBeGreaterThan(least)
    expect(await count({ tools: [weatherTool] })).toBeGreaterThan(least)
    expect(await count({ messages: user('Hello there, general') })).toBeGreaterThan(least)
    // Only Anthropic's own server can be asked for the count.
    expect(portal().upstream.requests).toHaveLength(served.kind === 'anthropic' ? 4 : 0)
  })

  test('[A-11] a tool with the longest name that Anthropic takes is called and answered under it', async () => {
    const { client } = connect(served)
    const name = `mcp__${'weather_'.repeat(15)}of`
    const params = { model: model(), max_tokens: 500, tools: [{ ...weatherTool, name }] }
    const forced = { ...params, messages: user('Oslo'), tool_choice: { type: 'tool' as const, name } }
    for (const message of [
      await client.messages.create(forced),
      await client.messages.stream(forced).finalMessage(),
    ]) {
      const [call] = message.content
      if (call?.type !== 'tool_use') throw new Error('There is no call.')
      expect(call).toMatchObject({ name, input: { city: 'Oslo' } })
      const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'sunny' }
      const messages = [
        ...user('Oslo'),
        { role: 'assistant' as const, content: [call] },
        { role: 'user' as const, content: [result] },
      ]
      const { content } = await client.messages.create({ ...params, messages })
      expect(content).toMatchObject([{ text: 'The tool said: sunny' }])
    }
  })

  test('an answer of no tokens fills the cache of Anthropic’s servers, and is a 400 elsewhere', async () => {
    const { client } = connect(served)
    const asked = client.messages.create({ model: model(), max_tokens: 0, messages: user('Hi') })
    if (served.kind === 'openai') await expect(asked).rejects.toThrow(/max_tokens: Only Anthropic’s servers/)
    else expect(await asked).toMatchObject({ content: [], stop_reason: 'max_tokens' })
  })

  test('[D-01] models are listed and retrieved', async () => {
    const { client } = connect(served)
    const ids: string[] = []
    for await (const { id } of client.models.list()) ids.push(id)
    expect(ids).toEqual(['test-model', 'claude-model', 'older-claude-model'])
    expect(await client.models.retrieve(model())).toMatchObject({
      id: model(),
      type: 'model',
      display_name: expect.stringMatching(/./),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
  })

  test('the tool runner finds out that there are no message threads, and goes on without', async () => {
    const { client } = connect(served)
    const params = { model: model(), max_tokens: 100, messages: user('Hi') }
    const refused = await client.beta.messages
      .create({ ...params, thread: { type: 'create' } })
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Anthropic.BadRequestError)
    expect(refused).toMatchObject({ type: 'invalid_request_error', errorCode: 'thread_unsupported_request' })
    expect(portal().upstream.requests).toEqual([])
    const thread = client.beta.messages.thread({
      ...params,
      unsupportedRequestBehavior: 'continue_unthreaded',
    })
    await thread.send()
    await thread.send({ role: 'user', content: 'Again' })
    expect(lastBody()).not.toHaveProperty('thread')
    expect(lastBody()).toMatchObject({ messages: { length: 3 } })
  })
})
