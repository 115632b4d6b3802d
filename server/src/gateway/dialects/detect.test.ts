import { expect, test } from 'vitest'
import { AppError } from '../../errors.ts'
import { detectDialect, dialectBeforeBody } from './index.ts'

const chat = '/api/chat/completions'
const messages = '/api/v1/messages'
const hi = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }
const saying = (...content: object[]) => ({ ...hi, messages: [{ role: 'user', content }] })
const version = { 'anthropic-version': '2023-06-01' }

const detected = (body: unknown, path = chat, headers = {}) => detectDialect({ path, headers, body }).name

function refusal(body: unknown, path = chat): AppError {
  try {
    detected(body, path)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('It was taken.')
}

test.each([hi, { ...hi, response_format: { type: 'text' } }, null, 'x', { messages: 5 }])(
  '[D-02] with anthropic-version it is Anthropic’s, whatever the body: %j',
  (body) => {
    expect(detected(body, chat, version)).toBe('anthropic-messages')
  },
)

test.each([
  { ...hi, system: 'be brief' },
  { ...hi, system: [{ type: 'text', text: 'be brief' }] },
  { ...hi, stop_sequences: ['x'] },
  { ...hi, thinking: { type: 'enabled', budget_tokens: 1024 } },
  { ...hi, tools: [{ name: 'f', input_schema: {} }] },
  { ...hi, tools: [{ name: 'web_search', type: 'web_search_20250305' }] },
  ...['any', 'auto', 'none'].map((type) => ({ ...hi, tool_choice: { type } })),
  { ...hi, tool_choice: { type: 'tool', name: 'f' } },
  saying({ type: 'tool_use', id: 'a', name: 'f', input: {} }),
  saying({ type: 'tool_result', tool_use_id: 'a' }),
  saying({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: '' } }),
  saying({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }),
])('[D-03] without the header the body says that it is Anthropic’s: %j', (body) => {
  expect(detected(body)).toBe('anthropic-messages')
  expect(detected(body, messages)).toBe('anthropic-messages')
})

const openAi = [
  { ...hi, messages: [{ role: 'system', content: 'x' }, ...hi.messages] },
  { ...hi, messages: [{ role: 'developer', content: 'x' }, ...hi.messages] },
  { ...hi, messages: [...hi.messages, { role: 'tool', tool_call_id: 'a', content: 'x' }] },
  { ...hi, messages: [...hi.messages, { role: 'assistant', tool_calls: [] }] },
  { ...hi, tools: [{ type: 'function', function: { name: 'f' } }] },
  { ...hi, tool_choice: 'auto' },
  { ...hi, tool_choice: { type: 'function', function: { name: 'f' } } },
  { ...hi, response_format: { type: 'json_object' } },
  { ...hi, stream_options: { include_usage: true } },
  { ...hi, max_completion_tokens: 5 },
  saying({ type: 'image_url', image_url: { url: 'data:image/png;base64,' } }),
]

test.each(openAi)('[D-04] the body says that it is OpenAI’s: %j', (body) => {
  expect(detected(body)).toBe('openai-chat')
})

test.each(openAi)('[D-06] on Anthropic’s path that is a 400: %j', (body) => {
  expect(refusal(body, messages)).toMatchObject({ code: 'invalid_request', status: 400 })
})

test('[D-05] what both could have written is what the path is for, whichever header the key is in', () => {
  for (const headers of [{}, { 'x-api-key': 'sk' }, { authorization: 'Bearer sk' }]) {
    expect(detected(hi, chat, headers)).toBe('openai-chat')
    expect(detected(hi, messages, headers)).toBe('anthropic-messages')
  }
  expect(detected({ ...hi, system: null, stop_sequences: null, response_format: null })).toBe('openai-chat')
})

test.each([
  [{ ...hi, system: 'x', response_format: { type: 'json_object' } }, 'response_format', 'system'],
  [{ ...hi, max_completion_tokens: 1, stop_sequences: ['x'] }, 'max_completion_tokens', 'stop_sequences'],
  [
    { ...saying({ type: 'image', source: {} }, { type: 'image_url', image_url: {} }) },
    'messages[0].content[1].type',
    'messages[0].content[0].source',
  ],
  [
    {
      ...hi,
      tools: [
        { name: 'f', input_schema: {} },
        { type: 'function', function: { name: 'g' } },
      ],
    },
    'tools[1].function',
    'tools[0].input_schema',
  ],
])('[D-06] a contradiction is a 400 that names both fields: %j', (body, first, second) => {
  for (const path of [chat, messages]) {
    const { message, status } = refusal(body, path)
    expect(status).toBe(400)
    expect(message).toContain(first)
    expect(message).toContain(second)
  }
})

test('[D-03] "thinking", which several OpenAI-compatible servers have too, contradicts nothing', () => {
  const thinking = { type: 'enabled' }
  for (const body of openAi) expect(detected({ ...body, thinking })).toBe('openai-chat')
  expect(detected({ ...hi, thinking, max_tokens: undefined })).toBe('openai-chat')
  expect(detected({ ...hi, thinking })).toBe('anthropic-messages')
})

test.each([{ type: 'enabled' }, { type: 'disabled' }, { type: 'enabled', budget_tokens: 1024 }])(
  '[D-03] [D-05] on the path of OpenAI’s clients %j alone is none of Anthropic’s signs',
  (thinking) => {
    const path = '/api/v1/chat/completions'
    expect(detected({ ...hi, thinking }, path)).toBe('openai-chat')
    expect(detected({ ...hi, thinking }, messages)).toBe('anthropic-messages')
    expect(detected({ ...hi, thinking }, path, version)).toBe('anthropic-messages')
    for (const sign of [{ system: 'x' }, { stop_sequences: ['x'] }, { tools: [{ input_schema: {} }] }])
      expect(detected({ ...hi, thinking, ...sign }, path)).toBe('anthropic-messages')
  },
)

test('[D-07] before the body is read the path and the header decide', () => {
  const before = (path: string, headers = {}) => dialectBeforeBody({ path, headers }).format
  expect(before(chat)).toBe('openai')
  expect(before(chat, { 'x-api-key': 'sk' })).toBe('openai')
  expect(before(chat, version)).toBe('anthropic')
  expect(before(messages)).toBe('anthropic')
  expect(before('/api/v1/messages/count_tokens')).toBe('anthropic')
})

test('[D-08] an instruction in the middle of an Anthropic conversation leaves it Anthropic’s', () => {
  const body = { ...hi, messages: [...hi.messages, { role: 'system', content: 'x' }, ...hi.messages] }
  expect(detected(body, messages)).toBe('anthropic-messages')
  expect(detected({ ...body, system: 'y' })).toBe('anthropic-messages')
  expect(detected(body, chat, version)).toBe('anthropic-messages')
})
