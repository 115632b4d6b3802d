// What upstreams of both dialects stream, for clients of both: cut at every byte it is the same, and in order.
import { startUpstream } from '@portal/sandbox'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  createAnthropicProvider,
  createInProcessTransport,
  createOpenAiProvider,
  type Provider,
} from '../providers/index.ts'
import { anthropicMessages, type Dialect, openAiChat } from './dialects/index.ts'
import { checkAnthropicStream, checkOpenAiStream } from './dialects/test-grammar.ts'

type Upstream = Awaited<ReturnType<typeof startUpstream>>
type Behaviour = Parameters<Upstream['enqueue']>[0]

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream({ unknownFields: 'accept' })
  vi.useFakeTimers({ now: Date.parse('2026-11-22T00:00:00Z'), toFake: ['Date'] })
})
afterAll(async () => {
  vi.useRealTimers()
  await upstream.close()
})

const nowhere = createInProcessTransport({
  respond() {
    throw new Error('Nothing is sent here.')
  },
})
const providers: Provider[] = [createOpenAiProvider, createAnthropicProvider].map((create) =>
  create({ name: 'p', apiKey: null, transport: nowhere }),
)
const dialects = [
  { dialect: openAiChat, check: checkOpenAiStream },
  { dialect: anthropicMessages, check: checkAnthropicStream },
]

const answers: Record<string, Behaviour> = {
  'a text beyond ASCII': { kind: 'answer', chunks: ['Grüße ', '世界 ', '👩‍👩‍👧', '\n"quoted" \\ done'] },
  'thoughts and a text': { kind: 'answer', reasoning: ['Let me ', 'see.'], chunks: ['Yes', '.'] },
  'calls and nothing else': {
    kind: 'answer',
    toolCalls: [
      { name: 'get_weather', arguments: '{"city":"Αθήνα"}' },
      { name: 'get_time', arguments: '{}' },
    ],
  },
  'a text and a call': {
    kind: 'answer',
    chunks: ['I look. '],
    toolCalls: [{ name: 'get_weather', arguments: '{"city":"Paris"}' }],
  },
  'a refusal': { kind: 'answer', refusal: 'I cannot help with that.' },
  'an answer that was cut': { kind: 'answer', chunks: ['Once ', 'upon'], finishReason: 'length' },
  'an end without a mark': { kind: 'answer', chunks: ['a', 'b'], wire: { done: false } },
  'CRLF, comments and lines of their own': {
    kind: 'answer',
    chunks: ['a ', 'é'],
    wire: { eol: '\r\n', comments: true, multiline: true, space: false },
  },
  'no usage': { kind: 'answer', chunks: ['a', 'b'], usageAs: 'missing' },
}

const messages = [{ role: 'user', content: 'Hello' }]
const tools = ['get_weather', 'get_time']
const requests = {
  'openai-chat': {
    path: '/v1/chat/completions',
    body: {
      model: 'm',
      stream: true,
      messages,
      tools: tools.map((name) => ({
        type: 'function',
        function: { name, parameters: { type: 'object', properties: {} } },
      })),
    },
  },
  'anthropic-messages': {
    path: '/v1/messages',
    body: {
      model: 'm',
      stream: true,
      max_tokens: 2000,
      messages,
      tools: tools.map((name) => ({ name, input_schema: { type: 'object' } })),
    },
  },
}

/** The bytes an upstream streams for a behaviour. */
async function recorded({ dialect }: Provider, behaviour: Behaviour): Promise<Buffer> {
  upstream.enqueue(behaviour)
  const { path, body } = requests[dialect]
  const response = await fetch(new URL(upstream.url).origin + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer k',
      'x-api-key': 'k',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify(body),
  })
  if (response.status !== 200) throw new Error(await response.text())
  return Buffer.from(await response.arrayBuffer())
}

const context = { model: 'asked', requestId: 'req_1', wantsUsage: true, choices: 1, inputTokensEstimate: 7 }
const usage = { input: 10, cached: 4, cacheWritten: 0, output: 3, reasoning: 1 }

/** The stream a client gets of these bytes. */
function told(provider: Provider, dialect: Dialect, parts: Iterable<Buffer>): string {
  const encoder =
    provider.dialect === dialect.name
      ? dialect.passStream(context)
      : dialect.encodeStream(context, provider.eventsOfFrame)
  const reader = provider.createStreamReader()
  let text = ''
  const take = (frames: ReturnType<typeof reader.push>) => {
    for (const frame of frames) {
      expect(frame.kind).not.toBe('error')
      if (frame.kind !== 'done') text += encoder.frame(frame)
    }
  }
  for (const part of parts) take(reader.push(part))
  take(reader.end())
  return text + encoder.closing({ cut: false, usage })
}

const pairs = providers.flatMap((provider) => dialects.map((client) => ({ provider, ...client })))

for (const { provider, dialect, check } of pairs) {
  test.each(Object.entries(answers))(
    `[S-16] [S-17] ${provider.dialect} for ${dialect.name}: %s, cut at every byte`,
    async (_, behaviour) => {
      const bytes = await recorded(provider, behaviour)
      const whole = told(provider, dialect, [bytes])
      check(whole)
      expect(
        told(
          provider,
          dialect,
          Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)),
        ),
      ).toBe(whole)
      for (let at = 0; at <= bytes.length; at++) {
        expect(told(provider, dialect, [bytes.subarray(0, at), bytes.subarray(at)])).toBe(whole)
      }
    },
  )
}
