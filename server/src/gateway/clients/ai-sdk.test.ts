// Vercel's AI SDK with its three providers that can speak to the portal, unmodified.
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, generateText, isStepCount, Output, streamText, tool } from 'ai'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../../test/index.ts'
import { checkAnthropicStream, checkOpenAiStream } from '../dialects/test-grammar.ts'
import {
  cities,
  enqueueRounds,
  expectRounds,
  listeningFetch,
  pixel,
  type Served,
  usePortals,
  verdict,
  weatherIn,
} from './test-setup.ts'

const { portal, overOpenAi, overAnthropic, theDemo } = usePortals()

type Endpoint = { baseURL: string; apiKey: string; fetch: typeof fetch }

const viaOpenAi = {
  provider: '@ai-sdk/openai',
  read: checkOpenAiStream as (text: string) => object,
  modelOf: (endpoint: Endpoint) => createOpenAI(endpoint).chat,
}
const viaCompatible = {
  provider: '@ai-sdk/openai-compatible',
  read: viaOpenAi.read,
  modelOf: (endpoint: Endpoint) =>
    createOpenAICompatible({
      ...endpoint,
      name: 'portal',
      includeUsage: true,
      supportsStructuredOutputs: true,
    }),
}
const viaAnthropic = {
  provider: '@ai-sdk/anthropic',
  read: checkAnthropicStream as (text: string) => object,
  modelOf: (endpoint: Endpoint) => createAnthropic(endpoint),
}
const providers = [viaOpenAi, viaCompatible, viaAnthropic]
const over = (served: Served) => providers.map((provider) => ({ ...provider, ...served }))

/** The provider's model, and what it is sent while it streams. */
function connect(
  { portal, secret, model, read, modelOf }: Served & (typeof providers)[number],
  apiKey = secret(),
) {
  const { fetch, streams } = listeningFetch(read)
  const endpoint = { baseURL: `${portal().url}/api/v1`, apiKey, fetch }
  return { settings: { model: modelOf(endpoint)(model()), maxRetries: 0 }, streams }
}

const weather = (asked: string[]) => ({
  get_weather: tool({
    description: 'The weather in a city.',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => {
      asked.push(city)
      return weatherIn(city)
    },
  }),
})

const scripted = [...over(overOpenAi), ...over(overAnthropic)]

describe.each([...scripted, ...over(theDemo)])('$provider over $name', (served) => {
  test('[D-09] generateText gives a text and its usage', async () => {
    const { settings } = connect(served)
    const { text, finishReason, usage } = await generateText({ ...settings, prompt: 'Hello' })
    expect(text).toMatch(served.kind === 'demo' ? /./ : /^You said: Hello$/)
    expect(finishReason).toBe('stop')
    expect(usage.inputTokens).toBeGreaterThan(0)
    expect(usage.outputTokens).toBeGreaterThan(0)
  })

  test('[S-01] [S-02] streamText gives the same text piece by piece, and its usage', async () => {
    const { settings, streams } = connect(served)
    const result = streamText({ ...settings, prompt: 'Hello there' })
    const pieces = []
    for await (const piece of result.textStream) pieces.push(piece)
    expect(pieces.length).toBeGreaterThan(1)
    expect(await result.text).toBe(pieces.join(''))
    expect(await result.finishReason).toBe('stop')
    expect((await result.usage).outputTokens).toBeGreaterThan(0)
    expect(await streams()).toHaveLength(1)
  })
})

describe.each(scripted)('$provider over $name', (served) => {
  test('[A-01] [B-01] generateText goes two rounds of parallel calls', async () => {
    enqueueRounds(served)
    const { settings } = connect(served)
    const asked: string[] = []
    const { text, steps } = await generateText({
      ...settings,
      prompt: 'Weather of four cities',
      tools: weather(asked),
      stopWhen: isStepCount(5),
    })
    expect(text).toBe(verdict)
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'stop'])
    expect(asked).toEqual(cities)
    expectRounds(served)
  })

  test('[S-03] streamText goes two rounds of parallel calls', async () => {
    enqueueRounds(served)
    const { settings, streams } = connect(served)
    const asked: string[] = []
    const result = streamText({
      ...settings,
      prompt: 'Weather of four cities',
      tools: weather(asked),
      stopWhen: isStepCount(5),
    })
    expect(await result.text).toBe(verdict)
    expect(asked).toEqual(cities)
    expectRounds(served)
    expect(await streams()).toHaveLength(3)
  })

  test('[C-01] [S-28] an object of a schema is made, whole and streamed', async () => {
    const { settings, streams } = connect(served)
    const asked = {
      ...settings,
      prompt: 'Name a colour',
      output: Output.object({ schema: z.object({ name: z.string(), red: z.number() }) }),
    }
    const { output } = await generateText(asked)
    expect(output).toMatchObject({ name: expect.stringContaining('Name a colour'), red: expect.any(Number) })
    const streamed = streamText(asked)
    expect(await streamed.output).toEqual(output)
    expect(await streams()).toHaveLength(1)
  })

  test('[A-26] [B-17] an image reaches the upstream as the same bytes of the same type', async () => {
    const { settings } = connect(served)
    await generateText({
      ...settings,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'file', data: pixel, mediaType: 'image/png' },
          ],
        },
      ],
    })
    expect(portal().upstream.requests[0]?.body).toMatchObject({
      messages: [
        {
          content: [
            { type: 'text' },
            served.kind === 'anthropic'
              ? { source: { type: 'base64', media_type: 'image/png', data: pixel } }
              : { image_url: { url: `data:image/png;base64,${pixel}` } },
          ],
        },
      ],
    })
  })

  test('[S-24] aborting ends the upstream’s work within a second', async () => {
    portal().upstream.enqueue({ kind: 'hang', after: 5, text: 'one two three' })
    const { settings } = connect(served)
    const aborter = new AbortController()
    const result = streamText({ ...settings, prompt: 'Hi', abortSignal: aborter.signal })
    let left = 0
    for await (const part of result.stream)
      if (part.type === 'text-delta' && left === 0) {
        left = Date.now()
        aborter.abort()
      }
    expect(((await portal().upstream.requests[0]?.aborted) ?? 0) - left).toBeLessThan(1000)
    await eventually(() => expect(portal().held()).toEqual({ openLeases: 0, heldTokens: 0 }))
  })

  test('[E-01] [E-02] an error is an APICallError with the portal’s status and sentence', async () => {
    const { settings } = connect(served, 'sk-live-wrong')
    const error = await generateText({ ...settings, prompt: 'Hi' }).catch((cause: unknown) => cause)
    expect(APICallError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ statusCode: 401, message: expect.stringMatching(/key/i) })
  })

  test('[S-20] [S-21] an error in the middle of a stream is an error part, after the text before it', async () => {
    portal().upstream.enqueue({ kind: 'error-in-stream', afterEvents: 5, text: 'one two three four' })
    const { settings } = connect(served)
    const errors: unknown[] = []
    const result = streamText({
      ...settings,
      prompt: 'Hi',
      onError: ({ error }) => {
        errors.push(error)
      },
    })
    let text = ''
    for await (const part of result.stream) if (part.type === 'text-delta') text += part.text
    expect(text).toMatch(/^one two/)
    expect(errors).toHaveLength(1)
  })
})

test('[S-26] thoughts go back signed through two rounds of tools', async () => {
  const { settings, streams } = connect({ ...viaAnthropic, ...overAnthropic })
  const asked: string[] = []
  const result = streamText({
    ...settings,
    prompt: 'call get_weather {"city":"Rome"} and call get_weather {"city":"Oslo"}',
    tools: weather(asked),
    stopWhen: isStepCount(3),
    providerOptions: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2000 } } },
  })
  // The upstream refuses thoughts that were changed, and calls whose thoughts are missing.
  expect((await result.steps).map(({ reasoningText }) => reasoningText)).toEqual([
    expect.stringContaining('Thinking about'),
    expect.stringContaining('Thinking about'),
  ])
  expect(asked).toEqual(['Rome', 'Oslo'])
  expect(await streams()).toHaveLength(2)
})

test('[A-27] [A-28] a client that does not give thoughts back can still go rounds of tools', async () => {
  const { settings } = connect({ ...viaCompatible, ...overAnthropic })
  const { steps, text } = await generateText({
    ...settings,
    prompt: 'call get_weather {"city":"Rome"}',
    tools: weather([]),
    stopWhen: isStepCount(3),
    providerOptions: { portal: { reasoningEffort: 'low' } },
  })
  expect(steps[0]?.reasoningText).toContain('Thinking about')
  expect(text).toBe('The tool said: sunny in Rome')
})

test.each(['outputFormat', 'jsonTool'])('an object is made by Anthropic’s own means %s', async (mode) => {
  for (const served of [overOpenAi, overAnthropic]) {
    const { settings } = connect({ ...viaAnthropic, ...served })
    const { output } = await generateText({
      ...settings,
      prompt: 'Name a colour',
      output: Output.object({ schema: z.object({ name: z.string() }) }),
      providerOptions: { anthropic: { structuredOutputMode: mode } },
    })
    expect(output).toEqual({ name: expect.stringContaining('Name a colour') })
  }
})
