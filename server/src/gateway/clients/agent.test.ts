// Requests as a command-line agent sent them (recorded 2026-11; prompts shortened, keys and machines left out).
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkAnthropicStream } from '../dialects/test-grammar.ts'
import { type Served, usePortals } from './test-setup.ts'

type Recorded = {
  name: string
  path: string
  keyIn: 'x-api-key' | 'authorization'
  headers: Record<string, string>
  hasTools: boolean
  body: Record<string, unknown> & { messages: { role: string; content: unknown }[] }
}
const { tools, requests }: { tools: { name: string }[]; requests: Recorded[] } = JSON.parse(
  readFileSync(new URL('./fixtures/agent-requests.json', import.meta.url), 'utf8'),
)

const { portal, secret, overOpenAi, overAnthropic, theDemo } = usePortals()

/** Sends a recorded request to a model, under the base URL that an agent would be given. */
async function replay({ portal, secret, model }: Served, recorded: Recorded, settings: object = {}) {
  const { path, keyIn, headers, hasTools, body } = recorded
  return fetch(`${portal().url}/api${path}`, {
    method: 'POST',
    headers: { ...headers, [keyIn]: keyIn === 'x-api-key' ? secret() : `Bearer ${secret()}` },
    body: JSON.stringify({ ...body, model: model(), tools: hasTools ? tools : [], ...settings }),
  })
}

/** What the upstream was asked last. */
const sent = () => portal().upstream.requests.at(-1)?.body as { messages: Record<string, unknown>[] }

const [firstTurn, afterTools, title, withImage] = requests
if (!firstTurn || !afterTools || !title || !withImage) throw new Error('The fixture lacks a request.')

describe.each([overOpenAi, overAnthropic, theDemo])('over $name', (served) => {
  test.each(requests)('[B-15] it is answered, and its stream is one: $name', async (recorded) => {
    const response = await replay(served, recorded)
    const text = await response.text()
    expect([response.status, response.headers.get('content-type')], text).toEqual([
      200,
      expect.stringContaining('text/event-stream'),
    ])
    const { message, blocks, error } = checkAnthropicStream(text)
    expect(error).toBeNull()
    expect(message).toMatchObject({ id: expect.stringMatching(/^msg_/), model: served.model() })
    expect(blocks.length).toBeGreaterThan(0)
    expect(response.headers.get('request-id')).toMatch(/^req_/)
  })

  test.each(requests)('[D-09] without a stream it is a message: $name', async (recorded) => {
    const response = await replay(served, recorded, { stream: false })
    const message = await response.json()
    expect(message).toMatchObject({ type: 'message', usage: { output_tokens: expect.any(Number) } })
    expect(message).toHaveProperty('content.0.type')
  })

  test('[D-01] its first look at the base URL is answered', async () => {
    const response = await fetch(`${served.portal().url}/api`, { method: 'HEAD' })
    expect(response.status).toBe(200)
  })

  test('[B-18] the tokens of all its tools and messages are counted', async () => {
    const count = async (body: object) => {
      const response = await fetch(`${served.portal().url}/api/v1/messages/count_tokens?beta=true`, {
        method: 'POST',
        headers: { ...firstTurn.headers, 'x-api-key': served.secret() },
        body: JSON.stringify({ model: served.model(), messages: firstTurn.body.messages, ...body }),
      })
      return ((await response.json()) as { input_tokens: number }).input_tokens
    }
    expect(await count({ tools })).toBeGreaterThan((await count({})) + tools.length * 20)
  })
})

describe.each([overOpenAi, overAnthropic])('over $name', (served) => {
  test('[S-03] the calls of its first turn come whole, side by side', async () => {
    const { blocks, stop } = checkAnthropicStream(await (await replay(served, firstTurn)).text())
    const calls = blocks.filter(({ start }) => start.type === 'tool_use')
    expect(calls.map(({ start, text }) => [start.name, JSON.parse(text)])).toEqual([
      ['Bash', { command: 'echo one' }],
      ['Read', { file_path: '/work/note.txt' }],
    ])
    expect(stop).toMatchObject({ stop_reason: 'tool_use' })
  })

  test('[S-28] its title is JSON of the schema it gave', async () => {
    const { blocks } = checkAnthropicStream(await (await replay(served, title)).text())
    expect(blocks.map(({ start }) => start.type)).toEqual(['text'])
    expect(JSON.parse(blocks[0]?.text ?? '')).toEqual({ title: expect.stringMatching(/./) })
  })
})

test('[B-15] to an Anthropic upstream everything goes on as it came, the beta headers too', async () => {
  for (const recorded of requests) {
    portal().upstream.reset()
    await (await replay(overAnthropic, recorded)).text()
    const [asked] = portal().upstream.requests
    expect(asked?.body).toEqual({
      ...recorded.body,
      model: 'upstream-claude',
      tools: recorded.hasTools ? tools : [],
    })
    expect(asked?.headers).toMatchObject({
      'anthropic-beta': recorded.headers['anthropic-beta'],
      'anthropic-version': '2023-06-01',
      'x-api-key': 'sk-upstream-secret',
    })
    expect(asked?.headers).not.toHaveProperty('authorization')
    expect(JSON.stringify(asked?.headers)).not.toContain(secret())
  }
})

test('[B-15] what an OpenAI-compatible upstream cannot take is left out, and said', async () => {
  const response = await replay(overOpenAi, firstTurn)
  await response.text()
  expect(response.headers.get('x-portal-changed')).toMatch(/context_management/)
  const [asked] = portal().upstream.requests
  for (const field of ['context_management', 'output_config', 'thinking', 'metadata', 'system'])
    expect(asked?.body).not.toHaveProperty(field)
  expect(asked?.headers).not.toHaveProperty('anthropic-beta')
  expect(asked?.body).toMatchObject({ tools: tools.map(({ name }) => ({ function: { name } })) })
})

test('[B-01] [B-02] [B-05] results, a failed one and an image, reach an OpenAI-compatible upstream in their places', async () => {
  await (await replay(overOpenAi, withImage)).text()
  const { messages } = sent()
  expect(messages.map(({ role }) => role)).toEqual([
    'system',
    'user',
    'assistant',
    'tool',
    'tool',
    'assistant',
    'tool',
    'tool',
    'user',
  ])
  const resultOf = (id: string) => messages.find((message) => message.tool_call_id === id)?.content
  expect(resultOf('r1a')).toMatch(/Error.*Exit code 1/s)
  expect(resultOf('r1b')).toEqual(expect.any(String))
  expect(JSON.stringify(messages.at(-1))).toMatch(/r1b.*data:image\/png;base64,/)
  expect(JSON.stringify(messages)).not.toContain('Hmm.')
})

test('[D-08] a system role among its messages keeps its place', async () => {
  await (await replay(overOpenAi, afterTools)).text()
  const { messages } = sent()
  expect(messages.slice(0, 4).map(({ role }) => role)).toEqual(['system', 'user', 'system', 'assistant'])
})
