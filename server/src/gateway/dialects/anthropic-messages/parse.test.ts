import { describe, expect, test } from 'vitest'
import { parsed, refusalOf } from '../test-requests.ts'
import { anthropicMessages } from './index.ts'

type Json = Record<string, unknown>

const hi = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }
const read = (fields: Json = {}, headers = {}) => parsed(anthropicMessages, { ...hi, ...fields }, headers)
const refusal = (fields: Json) => refusalOf(() => read(fields))
const showing = (...content: Json[]) => ({ messages: [{ role: 'user', content }] })
const picture = (source: Json) => ({ type: 'image', source })
const base64 = (data: string) => ({ type: 'base64', media_type: 'image/png', data })

test('what the gateway acts on is read, and the body stays as it was', () => {
  const body = { ...hi, stream: true, foo: { bar: 1 } }
  const request = parsed(anthropicMessages, body)
  expect(request).toMatchObject({
    dialect: 'anthropic-messages',
    model: 'm',
    stream: true,
    wantsUsage: true,
    outputTokensAsked: 9,
    choices: 1,
    hasImages: false,
    needsTemperature: false,
    textBytes: Buffer.byteLength(JSON.stringify(body)),
    sessionId: null,
    source: { dialect: 'anthropic-messages', outputTokensField: 'max_tokens' },
  })
  expect(request.source.body).toEqual(body)
})

test('[B-13] max_tokens is required', () => {
  expect(refusal({ max_tokens: undefined })).toMatchObject({ status: 400, param: 'max_tokens' })
})

test.each([
  ['max_tokens', { max_tokens: -1 }],
  ['temperature', { temperature: 1.5 }],
  ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
  ['messages[0].content', { messages: [{ role: 'user' }] }],
  ['messages', { messages: [] }],
  ['system', { system: 5 }],
])('a wrong %s is a 400 that names it', (param, fields) => {
  expect(refusal(fields)).toMatchObject({ code: 'invalid_request', param })
})

test('a thread is refused with the code that Anthropic’s clients know', () => {
  const refused = refusal({ thread: { type: 'create' } })
  expect(refused.status).toBe(400)
  expect(anthropicMessages.errorBody(refused, 'req_1')).toMatchObject({
    error: { type: 'invalid_request_error', details: { error_code: 'thread_unsupported_request' } },
  })
})

test('[B-15] the headers that mean something to Anthropic come along, and no other', () => {
  const headers = { 'anthropic-beta': 'a,b', 'anthropic-version': '2023-06-01', authorization: 'Bearer x' }
  expect(read({}, headers).source.headers).toEqual({
    'anthropic-beta': 'a,b',
    'anthropic-version': '2023-06-01',
  })
})

describe('what is to be looked at', () => {
  test('is counted, in results of tools and in documents too, and is no text', () => {
    const result = { type: 'tool_result', tool_use_id: 'a', content: [picture(base64('BBBB'))] }
    const document = { type: 'document', source: { type: 'content', content: [picture(base64('CCCC'))] } }
    const request = read(showing(picture(base64('AAAA')), result, document))
    const body = JSON.stringify({ ...hi, ...showing(picture(base64('AAAA')), result, document) })
    expect(request).toMatchObject({ hasImages: true, imageTokens: 3000, textBytes: body.length - 12 })
  })

  test('is not what a document says in words', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'words' }
    expect(read(showing({ type: 'document', source }))).toMatchObject({ hasImages: false, imageTokens: 0 })
  })

  test('costs by its size where it is a document', () => {
    const pdf = (data: string) => ({
      type: 'document',
      source: { ...base64(data), media_type: 'application/pdf' },
    })
    expect(read(showing(pdf('AAAA'))).imageTokens).toBe(1000)
    expect(read(showing(pdf('AAAA'.repeat(100_000)))).imageTokens).toBe(15_000)
  })

  test.each([
    showing(picture({ type: 'url', url: 'http://169.254.169.254/' })),
    showing({ type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } }),
    showing({ type: 'tool_result', tool_use_id: 'a', content: [picture({ type: 'url', url: 'http://x/' })] }),
    showing({ type: 'document', source: { type: 'content', content: [picture({ type: 'url', url: 'x' })] } }),
    showing({ type: 'unknown', source: { url: 'http://x/' } }),
    showing({
      type: 'web_fetch_tool_result',
      content: {
        type: 'web_fetch_result',
        content: { type: 'document', source: { type: 'url', url: 'http://x/' } },
      },
    }),
    showing({ type: 'tool_result', tool_use_id: 'a', content: picture({ type: 'url', url: 'http://x/' }) }),
    { system: [picture({ type: 'url', url: 'http://x/' })] },
  ])('is never fetched from an address: %j', (fields) => {
    expect(refusal(fields)).toMatchObject({ status: 400, code: 'unsupported_image_url' })
  })

  test.each([
    showing(picture({ type: 'file', file_id: 'file_1' })),
    showing({ type: 'container_upload', file_id: 'file_1' }),
    showing({ type: 'document', source: { type: 'file', file_id: 'file_1' } }),
    showing({ type: 'unknown', file_id: 'file_1' }),
    showing(picture({ type: 'base64' })),
  ])('is in the request itself: %j', (fields) => {
    expect(refusal(fields)).toMatchObject({ status: 400, code: 'invalid_request' })
  })
})

test.each(['code_execution', 'bash_code_execution'])(
  '[B-15] the files that a result of Anthropic’s %s names may be given back',
  (tool) => {
    const output = { type: `${tool}_output`, file_id: 'file_1' }
    const content = { type: `${tool}_result`, stdout: '', stderr: '', return_code: 0, content: [output] }
    const result = { type: `${tool}_tool_result`, tool_use_id: 'srvtoolu_1', content }
    const messages = [...hi.messages, { role: 'assistant', content: [result] }]
    expect(read({ messages }).source.body.messages).toEqual(messages)
  },
)

test('[B-18] everything that a model reads is counted', () => {
  const request = read({
    system: [{ type: 'text', text: 'SYSTEM' }],
    tools: [{ name: 'TOOL', input_schema: {} }],
    messages: [
      { role: 'user', content: 'PLAIN' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'THOUGHT', signature: 'SIGNATURE' },
          { type: 'tool_use', id: 'a', name: 'TOOL', input: { x: 'INPUT' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'RESULT' },
          picture(base64('PICTURE')),
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'DOCUMENT' } },
        ],
      },
    ],
  })
  const texts = request.promptTexts().join(' ')
  for (const read of ['SYSTEM', 'TOOL', 'PLAIN', 'THOUGHT', 'INPUT', 'RESULT', 'DOCUMENT', 'assistant'])
    expect(texts).toContain(read)
  for (const unread of ['PICTURE', 'SIGNATURE']) expect(texts).not.toContain(unread)
})
