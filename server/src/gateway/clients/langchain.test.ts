// LangChain's two chat models that can speak to the portal, unmodified.
import { ChatAnthropic } from '@langchain/anthropic'
import {
  AIMessage,
  type BaseMessage,
  type BaseMessageChunk,
  HumanMessage,
  SystemMessage,
  type ToolMessage,
} from '@langchain/core/messages'
import type { ToolCall } from '@langchain/core/messages/tool'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { checkAnthropicStream, checkOpenAiStream } from '../dialects/test-grammar.ts'
import {
  cities,
  enqueueRounds,
  expectRounds,
  listeningFetch,
  type Served,
  usePortals,
  verdict,
  weatherIn,
} from './test-setup.ts'

const { overOpenAi, overAnthropic, theDemo } = usePortals()

type Endpoint = { model: string; url: string; apiKey: string; fetch: typeof fetch }

const viaOpenAi = {
  client: 'ChatOpenAI',
  read: checkOpenAiStream as (text: string) => object,
  chatOf: ({ url, fetch, ...settings }: Endpoint) =>
    new ChatOpenAI({
      ...settings,
      maxRetries: 0,
      useResponsesApi: false,
      configuration: { baseURL: `${url}/api/v1`, fetch },
    }),
}
const viaAnthropic = {
  client: 'ChatAnthropic',
  read: checkAnthropicStream as (text: string) => object,
  chatOf: ({ url, fetch, ...settings }: Endpoint) =>
    new ChatAnthropic({
      ...settings,
      maxTokens: 1000,
      maxRetries: 0,
      anthropicApiUrl: `${url}/api`,
      clientOptions: { fetch },
    }),
}
const clients = [viaOpenAi, viaAnthropic]
const over = (served: Served) => clients.map((client) => ({ ...client, ...served }))

/** The chat model, and what it is sent while it streams. */
function connect(
  { portal, secret, model, read, chatOf }: Served & (typeof clients)[number],
  apiKey = secret(),
) {
  const { fetch, streams } = listeningFetch(read)
  return { chat: chatOf({ model: model(), url: portal().url, apiKey, fetch }), streams }
}

const weather = (asked: string[]) =>
  tool(
    ({ city }) => {
      asked.push(city)
      return weatherIn(city)
    },
    { name: 'get_weather', description: 'The weather in a city.', schema: z.object({ city: z.string() }) },
  )

/** All that a stream said, as one message. */
async function gather(chunks: AsyncIterable<BaseMessageChunk>): Promise<AIMessage> {
  let whole: BaseMessageChunk | undefined
  for await (const chunk of chunks) whole = whole ? whole.concat(chunk) : chunk
  if (!AIMessage.isInstance(whole)) throw new Error('The stream gave no message.')
  return whole
}

const scripted = [...over(overOpenAi), ...over(overAnthropic)]

describe.each([...scripted, ...over(theDemo)])('$client over $name', (served) => {
  test('[D-09] invoke gives a message and its usage', async () => {
    const answer = await connect(served).chat.invoke('Hello')
    expect(answer.text).toMatch(served.kind === 'demo' ? /./ : /^You said: Hello$/)
    const some = expect.toSatisfy((tokens: number) => tokens > 0)
    expect(answer.usage_metadata).toMatchObject({ input_tokens: some, output_tokens: some })
  })

  test('[S-01] [S-02] stream gives the same piece by piece', async () => {
    const { chat, streams } = connect(served)
    const pieces: string[] = []
    for await (const { text } of await chat.stream('Hello there')) if (text) pieces.push(text)
    expect(pieces.length).toBeGreaterThan(1)
    if (served.kind !== 'demo') expect(pieces.join('')).toBe('You said: Hello there')
    expect(await streams()).toHaveLength(1)
  })
})

describe.each(scripted)('$client over $name', (served) => {
  test.each([true, false])(
    '[S-03] a loop of tools goes two rounds of parallel calls, streaming %s',
    async (streaming) => {
      enqueueRounds(served)
      const { chat, streams } = connect(served)
      const asked: string[] = []
      const getWeather = weather(asked)
      const bound = chat.bindTools([getWeather])
      const messages: BaseMessage[] = [
        new SystemMessage('Be short.'),
        new HumanMessage('Weather of four cities'),
      ]
      let calls: ToolCall[]
      do {
        const answer = streaming ? await gather(await bound.stream(messages)) : await bound.invoke(messages)
        calls = answer.tool_calls ?? []
        messages.push(answer)
        for (const call of calls) messages.push(await getWeather.invoke({ ...call, type: 'tool_call' }))
      } while (calls.length > 0)
      expect(messages.at(-1)?.text).toBe(verdict)
      expect(asked).toEqual(cities)
      expectRounds(served)
      expect(await streams()).toHaveLength(streaming ? 3 : 0)
    },
  )

  test('[C-01] an object of a schema is made', async () => {
    const { chat } = connect(served)
    const schema = z.object({ name: z.string(), red: z.number() })
    for (const method of ['functionCalling', 'jsonSchema'] as const) {
      const colour = await chat
        .withStructuredOutput(schema, { name: 'colour', method })
        .invoke('Name a colour')
      expect(colour).toMatchObject({ name: expect.stringContaining('Name a colour') })
    }
  })

  test('[E-01] [E-02] an error carries the portal’s status', async () => {
    const { chat } = connect(served, 'sk-live-wrong')
    await expect(chat.invoke('Hi')).rejects.toMatchObject({ status: 401 })
  })
})

test('[S-26] thoughts go back signed after a tool was called', async () => {
  const { fetch, streams } = listeningFetch(checkAnthropicStream)
  const { portal, secret, model } = overAnthropic
  const chat = new ChatAnthropic({
    model: model(),
    apiKey: secret(),
    anthropicApiUrl: `${portal().url}/api`,
    maxTokens: 4000,
    maxRetries: 0,
    thinking: { type: 'enabled', budget_tokens: 2000 },
    clientOptions: { fetch },
  })
  const getWeather = weather([])
  const bound = chat.bindTools([getWeather])
  const question = new HumanMessage('call get_weather {"city":"Rome"}')
  const answer = await gather(await bound.stream([question]))
  const [call] = answer.tool_calls ?? []
  if (!call) throw new Error('There is no call.')
  // The upstream refuses thoughts that were changed, and calls whose thoughts are missing.
  const result: ToolMessage = await getWeather.invoke({ ...call, type: 'tool_call' })
  expect((await bound.invoke([question, answer, result])).text).toContain('The tool said: sunny in Rome')
  expect(await streams()).toHaveLength(1)
})
