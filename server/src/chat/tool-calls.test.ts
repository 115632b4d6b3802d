// Tool loops of clients that name a chat: what of them is kept, told by the chat's own messages.
import type OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { claudeModel, olderClaudeModel } from '../test/index.ts'
import { type ChatPerson, useChat } from './test-chat.ts'

const { portal, aPerson } = useChat({ models: [{}, claudeModel, olderClaudeModel] })

type Message = OpenAI.ChatCompletionMessageParam
type Called = { name: string; arguments: string; id?: string }

const call = (name: string, input: object, id: string): Called => ({
  ...{ name, arguments: JSON.stringify(input), id },
})
const resultOf = (id: string, content: string): Message => ({ role: 'tool', tool_call_id: id, content })
const calling = (...calls: Called[]): Message => ({
  role: 'assistant',
  content: null,
  tool_calls: calls.map(({ id = '', ...called }) => ({ id, type: 'function', function: called })),
})
const asked: Message = { role: 'user', content: 'How warm is it?' }
const inParis = call('weather', { city: 'Paris' }, 'call_a')
const inRome = call('weather', { city: 'Rome' }, 'call_b')

async function aChat() {
  const ada = await aPerson()
  const { id } = await ada.aSession()
  return { ada, id }
}

/** Sends the messages under the chat; the model says what is given. */
async function complete(
  { ada, id }: { ada: ChatPerson; id: string },
  messages: Message[],
  said: { text?: string; toolCalls?: Called[]; stream?: boolean },
): Promise<void> {
  const { stream = false, ...answer } = said
  portal().upstream.enqueue({ kind: 'answer', ...answer })
  const body = { model: 'test-model', messages, session_id: id, stream }
  const response = await portal().post({ key: ada.key, body })
  expect(response.status, await response.text()).toBe(200)
}

describe('[CM5] an answer’s tool calls', () => {
  test.each([{ stream: false }, { stream: true }])(
    'are kept in their order, and their results with them %j',
    async (how) => {
      const chat = await aChat()
      await complete(chat, [asked], { text: 'Let me look.', toolCalls: [inParis, inRome], ...how })
      const [question, begun] = await chat.ada.messages(chat.id)
      expect(begun).toMatchObject({ content: 'Let me look.', parentId: question?.id })
      expect(begun?.toolCalls).toEqual([
        { ...inParis, result: null, isError: false },
        { ...inRome, result: null, isError: false },
      ])
      const results = [resultOf('call_b', '31 degrees'), resultOf('call_a', '18 degrees')]
      await complete(chat, [asked, calling(inParis, inRome), ...results], { text: 'Warm enough.', ...how })
      const all = await chat.ada.messages(chat.id)
      expect(all.map(({ role, content }) => [role, content])).toEqual([
        ['user', 'How warm is it?'],
        ['assistant', 'Let me look.\n\nWarm enough.'],
      ])
      expect(all[1]?.toolCalls.map(({ result }) => result)).toEqual(['18 degrees', '31 degrees'])
      expect(all[1]?.totalTokens).toBeGreaterThan(begun?.totalTokens ?? 0)
      expect((await chat.ada.session(chat.id)).leafId).toBe(begun?.id)
      expect(all[0]?.toolCalls).toEqual([])
    },
  )

  test('of later rounds follow those before, also under ids that were used', async () => {
    const chat = await aChat()
    const first = call('look', { at: 1 }, 'call_0')
    const second = call('look', { at: 2 }, 'call_0')
    await complete(chat, [asked], { toolCalls: [first] })
    const loop = [asked, calling(first), resultOf('call_0', 'one')]
    await complete(chat, loop, { toolCalls: [second] })
    await complete(chat, [...loop, calling(second), resultOf('call_0', 'two')], { text: 'Both.' })
    const [, answer, ...more] = await chat.ada.messages(chat.id)
    expect(more).toEqual([])
    expect(answer?.content).toBe('Both.')
    expect(answer?.toolCalls.map(({ arguments: given, result }) => [given, result])).toEqual([
      ['{"at":1}', 'one'],
      ['{"at":2}', 'two'],
    ])
  })

  test('are the first hundred, and what is too long is cut with a mark', async () => {
    const chat = await aChat()
    const calls = Array.from({ length: 101 }, (_, i) => call('look', { i }, `call_${i}`))
    calls[0] = call('write', { text: 'x'.repeat(70_000) }, 'call_0')
    await complete(chat, [asked], { toolCalls: calls })
    const results = calls.map(({ id = '' }) => resultOf(id, `a\0b${'y'.repeat(70_000)}`))
    await complete(chat, [asked, calling(...calls), ...results.slice(0, 101)], { text: 'Done.' })
    const [, answer] = await chat.ada.messages(chat.id)
    expect(answer?.toolCalls).toHaveLength(100)
    const [first] = answer?.toolCalls ?? []
    expect(first?.arguments).toMatch(/^\{"text":"x+\n… \(cut\)$/)
    expect(first?.result).toMatch(/^aby+\n… \(cut\)$/)
    expect(first?.result).toHaveLength(65_536 + '\n… (cut)'.length)
  })

  test('have their results, and what somebody says after them is a question', async () => {
    const chat = await aChat()
    await complete(chat, [asked], { toolCalls: [inParis] })
    const more: Message = { role: 'user', content: 'And in short?' }
    const messages = [asked, calling(inParis), resultOf('call_a', '18 degrees'), more]
    await complete(chat, messages, { text: 'Mild.' })
    const all = await chat.ada.messages(chat.id)
    expect(all.map(({ content }) => content)).toEqual(['How warm is it?', '', 'And in short?', 'Mild.'])
    expect(all[1]?.toolCalls[0]?.result).toBe('18 degrees')
    expect(all[2]?.parentId).toBe(all[1]?.id)
  })

  test('that the chat does not have are left out: the answer follows the last words', async () => {
    const chat = await aChat()
    const messages = [asked, calling(inParis), resultOf('call_a', '18 degrees')]
    await complete(chat, messages, { text: 'Mild.' })
    const all = await chat.ada.messages(chat.id)
    expect(all.map(({ content, toolCalls }) => [content, toolCalls])).toEqual([
      ['How warm is it?', []],
      ['Mild.', []],
    ])
  })

  test('are in no snapshot; in Markdown by their names, in JSON whole', async () => {
    const chat = await aChat()
    const secret = call('weather', { token: 'secret-argument' }, 'call_a')
    await complete(chat, [asked], { text: 'Looking.', toolCalls: [secret] })
    await complete(chat, [asked, calling(secret), resultOf('call_a', 'secret-result')], { text: 'Mild.' })
    const { body: share } = await chat.ada.send('POST', `/sessions/${chat.id}/shares`)
    const token = new URL(share.url).pathname.split('/').at(-1)
    const snapshot = await (await fetch(`${portal().url}/api/shared/${token}`)).text()
    expect(snapshot).toContain('Mild.')
    expect(snapshot).not.toMatch(/secret|weather/)
    const exported = async (format: string) => {
      const path = `${portal().url}/api/chat/sessions/${chat.id}/export?format=${format}`
      return (await fetch(path, { headers: { authorization: `Bearer ${chat.ada.key}` } })).text()
    }
    const markdown = await exported('markdown')
    expect(markdown).toContain('\n\nTools called: weather\n\nLooking.\n\nMild.\n')
    expect(markdown).not.toContain('secret')
    expect(await exported('json')).toMatch(/secret-argument.*secret-result/s)
  })

  test('are nothing to a later model, which is told the texts', async () => {
    const chat = await aChat()
    await complete(chat, [asked], { toolCalls: [inParis] })
    await complete(chat, [asked, calling(inParis), resultOf('call_a', '18 degrees')], { text: 'Mild.' })
    const { leafId } = await chat.ada.session(chat.id)
    const { id } = await chat.ada.ask(chat.id, { content: 'Why?', parentId: leafId })
    await chat.ada.read(chat.id, id)
    expect(portal().upstream.requests.at(-1)?.body).toMatchObject({
      messages: [
        { role: 'user', content: 'How warm is it?' },
        { role: 'assistant', content: 'Mild.' },
        { role: 'user', content: 'Why?' },
      ],
    })
  })
})

test.each([true, false])(
  '[CM5] an answer that was put into a schema by way of a tool is its text, and no call (stream: %j)',
  async (stream) => {
    const chat = await aChat()
    const json_schema = { name: 'person', schema: { type: 'object' } }
    const body = {
      ...{ model: 'older-claude-model', messages: [asked], session_id: chat.id, stream },
      response_format: { type: 'json_schema', json_schema },
    }
    const response = await portal().post({ key: chat.ada.key, body })
    expect(response.status, await response.text()).toBe(200)
    const [, answer] = await chat.ada.messages(chat.id)
    expect(JSON.parse(answer?.content ?? '')).toEqual(expect.any(Object))
    expect(answer?.toolCalls).toEqual([])
  },
)

describe('[CM5] a tool loop of a client is one answer', () => {
  const parameters = { type: 'object' as const, properties: { city: { type: 'string' } } }

  test.each([
    ['test-model', 'call_a'],
    ['claude-model', 'toolu_a'],
  ])('by the openai package, with %s', async (model, callId) => {
    const chat = await aChat()
    const client = portal().client(chat.ada.key)
    portal().upstream.enqueue({
      kind: 'answer',
      text: 'One moment.',
      toolCalls: [{ ...inParis, id: callId }],
    })
    const runner = client.chat.completions.runTools({
      model,
      stream: true,
      messages: [{ role: 'user', content: 'How warm is it?' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'The weather.',
            parameters,
            parse: JSON.parse,
            function: ({ city }: { city: string }) => `18 degrees in ${city}`,
          },
        },
      ],
      ...{ session_id: chat.id },
    })
    await runner.done()
    const all = await chat.ada.messages(chat.id)
    expect(all.map(({ content }) => content)).toEqual([
      'How warm is it?',
      'One moment.\n\nThe tool said: 18 degrees in Paris',
    ])
    expect(all[1]?.toolCalls).toMatchObject([{ name: 'weather', result: '18 degrees in Paris' }])
    expect(JSON.parse(all[1]?.toolCalls[0]?.arguments ?? '')).toEqual({ city: 'Paris' })
  })

  test.each([
    ['test-model', 'odd id:1'],
    ['claude-model', 'toolu_a'],
  ])('by the @anthropic-ai/sdk package, with %s', async (model, callId) => {
    const chat = await aChat()
    const client = portal().anthropic(chat.ada.key)
    const tools = [{ name: 'weather', description: 'The weather.', input_schema: parameters }]
    const common = { model, max_tokens: 500, tools, ...{ session_id: chat.id } }
    const question = { role: 'user' as const, content: 'How warm is it?' }
    portal().upstream.enqueue({ kind: 'answer', toolCalls: [{ ...inParis, id: callId }] })
    const first = await client.messages.stream({ ...common, messages: [question] }).finalMessage()
    const [use] = first.content.filter((block) => block.type === 'tool_use')
    const result = {
      ...{ type: 'tool_result' as const, tool_use_id: use?.id ?? '', is_error: true },
      content: [{ type: 'text' as const, text: 'no such city' }],
    }
    const messages = [
      question,
      { role: 'assistant' as const, content: first.content },
      { role: 'user' as const, content: [result] },
    ]
    await client.messages.create({ ...common, messages })
    const all = await chat.ada.messages(chat.id)
    expect(all).toHaveLength(2)
    expect(all[1]?.content).toContain('no such city')
    expect(all[1]?.toolCalls).toMatchObject([
      { name: 'weather', arguments: '{"city":"Paris"}', result: 'no such city', isError: true },
    ])
  })
})
