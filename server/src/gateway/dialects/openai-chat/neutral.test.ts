import { describe, expect, test } from 'vitest'
import { neutral, parsed, refusalOf } from '../test-requests.ts'
import { openAiChat } from './index.ts'

type Json = Record<string, unknown>

const user = { role: 'user', content: 'hi' }
const call = (id: string, args = '{"x":1}', name = 'f') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})
const calling = (...calls: Json[]) => ({ role: 'assistant', content: null, tool_calls: calls })
const result = (id: string, content: unknown = 'done') => ({ role: 'tool', tool_call_id: id, content })
const text = (value: string, cache?: Json) => ({ type: 'text', text: value, ...(cache && { cache }) })

const read = (body: Json) => neutral(openAiChat, { model: 'm', messages: [user], ...body })
const turns = (...messages: Json[]) => read({ messages }).messages
const refusal = (body: Json) => refusalOf(() => read(body))
const refusedTurns = (...messages: Json[]) => refusal({ messages })

describe('tool results', () => {
  test('[A-01] several are one turn of the user, in the order of the calls, before any text', () => {
    const given = turns(user, calling(call('a'), call('b')), result('b', 'B'), result('a', 'A'), user)
    expect(given[2]).toEqual({
      role: 'user',
      content: [
        { type: 'tool-result', callId: 'a', content: [text('A')], isError: false },
        { type: 'tool-result', callId: 'b', content: [text('B')], isError: false },
        text('hi'),
      ],
    })
  })

  test('[A-02] what the user says between them comes after them', () => {
    const given = turns(user, calling(call('a'), call('b')), result('a'), user, result('b'))
    expect(given[2]?.content.map(({ type }) => type)).toEqual(['tool-result', 'tool-result', 'text'])
  })

  test('[A-02] an instruction between call and result comes after the result', () => {
    const given = turns(user, calling(call('a')), { role: 'system', content: 'be brief' }, result('a'))
    expect(given.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'system'])
  })

  test.each([
    ['at the end', [user, calling(call('a'))]],
    ['in the middle', [user, calling(call('a')), user]],
    ['one of two', [user, calling(call('b'), call('a')), result('b'), user]],
  ])('[A-04] a call without a result is a 400 that names its message: %s', (_, messages) => {
    expect(refusedTurns(...messages)).toMatchObject({ status: 400, param: 'messages[1]' })
    expect(refusedTurns(...messages).message).toContain('"a"')
  })

  test.each([
    ['never called', [user, result('x')]],
    [
      'called in an earlier turn',
      [user, calling(call('x')), result('x'), calling(call('a')), result('a'), result('x')],
    ],
    ['given twice', [user, calling(call('x')), result('x'), result('x')]],
  ])('[A-05] a result without a call of its own is a 400 that names its message: %s', (_, messages) => {
    expect(refusedTurns(...messages)).toMatchObject({
      status: 400,
      param: `messages[${messages.length - 1}]`,
    })
  })

  test('two calls of one id are a 400', () => {
    expect(refusedTurns(user, calling(call('a'), call('a')), result('a'))).toMatchObject({
      param: 'messages[1]',
    })
  })

  test('one without content is a result still', () => {
    expect(turns(user, calling(call('a')), result('a', ''))[2]?.content).toMatchObject([
      { callId: 'a', content: [] },
    ])
  })
})

test.each(['', null, undefined])('[A-06] with the content %j a turn of calls has no text', (content) => {
  const [, turn] = turns(user, { ...calling(call('a')), content }, result('a'))
  expect(turn?.content.map(({ type }) => type)).toEqual(['tool-call'])
})

test('[A-07] empty parts are left out; a message of nothing else is a 400 with its index', () => {
  const parts = ['', ' \n', 'x'].map((value) => text(value))
  expect(turns({ role: 'user', content: parts })[0]?.content).toEqual([text('x')])
  expect(refusedTurns(user, { role: 'assistant', content: [text(' ')] })).toMatchObject({
    param: 'messages[1]',
  })
  expect(refusedTurns({ role: 'user', content: '' })).toMatchObject({ param: 'messages[0]' })
})

test.each(['', ' ', null])('[A-08] the arguments %j are none: an empty object', (args) => {
  const [, turn] = turns(user, calling(call('a', args as string)), result('a'))
  expect(turn?.content).toMatchObject([{ input: '{}' }])
})

test.each(['{"x":', '[]', '"x"', '5', 'null', { x: 1 }])(
  '[A-09] the arguments %j are a 400 that names the message',
  (args) => {
    const refused = refusedTurns(user, calling(call('a', args as string)), result('a'))
    expect(refused).toMatchObject({ status: 400, param: 'messages[1].tool_calls[0].function.arguments' })
  },
)

test('arguments keep the digits they were sent with', () => {
  const args = '{"id":12345678901234567890}'
  expect(turns(user, calling(call('a', args)), result('a'))[1]?.content).toMatchObject([{ input: args }])
})

test.each(['', 'a.b', 'ä', 'x'.repeat(129), null])('[A-11] a tool cannot be called %j', (name) => {
  expect(refusal({ tools: [{ type: 'function', function: { name } }] })).toMatchObject({
    status: 400,
    param: 'tools[0].function.name',
  })
})

test.each([
  { n: 2 },
  { modalities: ['text', 'audio'] },
  { audio: { voice: 'x', format: 'mp3' } },
  { logprobs: true },
  { top_logprobs: 2 },
  { web_search_options: {} },
  { functions: [{ name: 'f' }] },
  { function_call: 'auto' },
])('[A-21] %j cannot be left out, so it is a 400 that names it', (fields) => {
  expect(refusal(fields)).toMatchObject({ status: 400, param: Object.keys(fields)[0] })
})

test('[A-21] audio in a message is a 400', () => {
  const part = { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } }
  expect(refusedTurns({ role: 'user', content: [part] })).toMatchObject({ param: 'messages[0].content[0]' })
})

test('[A-21] what else only OpenAI’s models know is left out by name, and nothing that goes without saying', () => {
  const said = { seed: 1, logit_bias: { 5: 1 }, frequency_penalty: 0.5, store: true, foo: 'x' }
  const unsaid = {
    n: 1,
    presence_penalty: 0,
    logprobs: false,
    service_tier: null,
    metadata: {},
    stream: true,
  }
  expect(read({ ...said, ...unsaid }).ownFields.toSorted()).toEqual(Object.keys(said).toSorted())
  expect(read({ seed: 0, presence_penalty: 0 }).ownFields).toEqual(['seed'])
  expect(read({ seed: null }).ownFields).toEqual([])
  expect(read({ messages: [{ ...user, name: 'Ann' }] }).ownFields).toEqual(['messages[].name'])
})

test('[A-24] instructions before the conversation stand apart, later ones where they are', () => {
  const given = read({
    messages: [
      { role: 'system', content: 'one' },
      { role: 'developer', content: [text('two'), text('three')] },
      user,
      { role: 'system', content: 'later' },
      user,
    ],
  })
  expect(given.system).toEqual([text('one'), text('two'), text('three')])
  expect(given.messages).toEqual([
    { role: 'user', content: [text('hi')] },
    { role: 'system', content: [text('later')] },
    { role: 'user', content: [text('hi')] },
  ])
})

test('[A-24] [A-25] marks for caching stay where they are, with all they say', () => {
  const cache = { type: 'ephemeral', ttl: '1h' }
  const mark = { cache_control: cache }
  const given = read({
    tools: [{ type: 'function', function: { name: 'f' }, ...mark }],
    messages: [
      { role: 'system', content: [{ ...text('a'), ...mark }, text('b')] },
      { role: 'user', content: [text('c'), text('d')], ...mark },
      { ...calling(call('x')), ...mark },
      { ...result('x'), ...mark },
    ],
  })
  expect(given.tools).toMatchObject([{ cache }])
  expect(given.system).toEqual([text('a', cache), text('b')])
  expect(given.messages[0]?.content).toEqual([text('c'), text('d', cache)])
  expect(given.messages[1]?.content).toMatchObject([{ type: 'tool-call', cache }])
  expect(given.messages[2]?.content).toEqual([
    { type: 'tool-result', callId: 'x', isError: false, cache, content: [text('done')] },
  ])
})

test('[A-26] data URLs become images and documents, whatever parameters they have', () => {
  const shown = (part: Json) => turns({ role: 'user', content: [part] })[0]?.content
  const image = (url: string) => shown({ type: 'image_url', image_url: { url } })
  expect(image('data:image/png;base64,AAAA')).toEqual([
    { type: 'image', mediaType: 'image/png', base64: 'AAAA' },
  ])
  expect(image('data:image/png;charset=utf-8;name=a.png;base64,AAAA')).toEqual([
    { type: 'image', mediaType: 'image/png', base64: 'AAAA' },
  ])
  const document = { type: 'document', mediaType: 'application/pdf', data: 'AAAA', title: null }
  expect(image('data:application/pdf;base64,AAAA')).toEqual([document])
  const file = (file_data: string) => shown({ type: 'file', file: { file_data, filename: 'a.pdf' } })
  expect(file('data:application/pdf;base64,AAAA')).toEqual([{ ...document, title: 'a.pdf' }])
  expect(file('AAAA')).toEqual([{ ...document, title: 'a.pdf' }])
  expect(file('data:text/plain;base64,aGk=')).toMatchObject([{ mediaType: 'text/plain', data: 'hi' }])
})

test.each([
  { type: 'image_url', image_url: { url: 'data:image/png,AAAA' } },
  { type: 'file', file: { file_id: 'file-1' } },
  { type: 'video_url', video_url: { url: 'data:video/mp4;base64,AA' } },
  { type: 'file', file: { file_data: 'data:application/pdf,x' } },
])('[A-26] what cannot be read is a 400, never left out: %j', (part) => {
  const { param } = refusedTurns({ role: 'user', content: [text('x'), part] })
  expect(param).toMatch(/^messages\[0\]\.content\[1\]/)
})

describe('[A-27] thoughts that a client gives back', () => {
  const thoughts = (fields: Json) =>
    turns(user, { role: 'assistant', content: 'x', ...fields }, user)[1]?.content

  test('as Anthropic’s blocks: signed and sealed ones as they are and first, others not at all', () => {
    const blocks = [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'thinking', thinking: 'unsigned' },
    ]
    const read = [
      { type: 'reasoning', text: 'hm', signature: 'sig' },
      { type: 'redacted-reasoning', data: 'xyz' },
      text('x'),
    ]
    expect(thoughts({ thinking_blocks: blocks })).toEqual(read)
    expect(
      thoughts({
        thinking_blocks: blocks,
        reasoning_details: [{ type: 'reasoning.text', text: 'again', signature: 's' }],
      }),
    ).toEqual(read)
  })

  test('as details: the same, and none that is another vendor’s', () => {
    const reasoning_details = [
      { type: 'reasoning.text', text: 'hm', signature: 'sig', format: 'anthropic-claude-v1' },
      { type: 'reasoning.encrypted', data: 'xyz' },
      { type: 'reasoning.encrypted', data: 'abc', format: 'openai-responses-v1' },
      { type: 'reasoning.summary', summary: 'short' },
    ]
    expect(thoughts({ reasoning_details })).toEqual([
      { type: 'reasoning', text: 'hm', signature: 'sig' },
      { type: 'redacted-reasoning', data: 'xyz' },
      text('x'),
    ])
  })

  test('as plain text: not at all, and a message of nothing else is none', () => {
    expect(thoughts({ reasoning_content: 'hm' })).toEqual([text('x')])
    expect(thoughts({ reasoning_content: 'hm', content: '' })).toBeUndefined()
  })
})

test.each([
  [{ reasoning_effort: 'high' }, { effort: 'high', budgetTokens: null }],
  [{ reasoning_effort: 'none' }, { effort: null, budgetTokens: null }],
  [{ reasoning: { max_tokens: 2000 } }, { effort: null, budgetTokens: 2000 }],
  [{ reasoning: { effort: 'low' } }, { effort: 'low', budgetTokens: null }],
  [{ reasoning: { enabled: false } }, { effort: null, budgetTokens: null }],
  [{}, null],
])('[A-28] %j asks to think so much', (fields, reasoning) => {
  expect(read(fields).reasoning).toEqual(reasoning)
})

test('[A-29] neighbours of one role are one turn, thoughts first and calls last; the end stays as it is', () => {
  const given = turns(
    user,
    { role: 'user', content: 'there' },
    calling(call('a')),
    { role: 'assistant', content: 'x', thinking_blocks: [{ type: 'redacted_thinking', data: 'd' }] },
    result('a'),
    { role: 'assistant', content: 'I begin with' },
  )
  expect(given.map(({ role, content }) => [role, content.map(({ type }) => type)])).toEqual([
    ['user', ['text', 'text']],
    ['assistant', ['redacted-reasoning', 'text', 'tool-call']],
    ['user', ['tool-result']],
    ['assistant', ['text']],
  ])
})

test('[A-30] the client’s own id for its user is read', () => {
  expect(read({ user: 'u-1' }).endUser).toBe('u-1')
  expect(read({ user: '' }).endUser).toBeNull()
})

test('[A-18] the newer name of the cap wins', () => {
  expect(read({ max_tokens: 5, max_completion_tokens: 7 }).outputTokensMax).toBe(7)
  expect(read({ max_tokens: 5 }).outputTokensMax).toBe(5)
  expect(read({}).outputTokensMax).toBeNull()
})

test('[A-15] [A-20] [A-22] the rest is said in no dialect’s words', () => {
  const schema = { type: 'object', $defs: {}, additionalProperties: false }
  const fn = { name: 'f', description: 'd', parameters: schema, strict: true }
  const body = {
    tools: [{ type: 'function', function: fn }],
    tool_choice: { type: 'function', function: { name: 'f' } },
    parallel_tool_calls: false,
    temperature: 0.3,
    top_p: 0.5,
    stop: 'END',
    response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } },
  }
  expect(read(body)).toMatchObject({
    tools: [fn],
    toolChoice: { type: 'function', name: 'f' },
    parallelTools: false,
    temperature: 0.3,
    topP: 0.5,
    stop: ['END'],
    outputFormat: { type: 'schema', name: 'n', description: null, schema, strict: true },
    ownFields: [],
  })
  expect(
    read({ tool_choice: 'required', stop: ['a', 'b'], response_format: { type: 'json_object' } }),
  ).toMatchObject({
    toolChoice: { type: 'required' },
    parallelTools: null,
    stop: ['a', 'b'],
    outputFormat: { type: 'json' },
  })
})

test('numbers are numbers, also in a body that has some no float can hold', () => {
  const body = `{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":1.0,"max_tokens":10,"seed":12345678901234567890}`
  expect(neutral(openAiChat, body)).toMatchObject({
    temperature: 1,
    outputTokensMax: 10,
    ownFields: ['seed'],
  })
})

test.each(['abc', true, [], {}, ''])('a budget of thoughts that is %j is none', (max_tokens) => {
  const body = { model: 'm', messages: [user], reasoning: { max_tokens } }
  expect(neutral(openAiChat, body).reasoning).toBeNull()
})

test('a body is put into neutral words once, and only when asked', () => {
  const { source } = parsed(openAiChat, { model: 'm', messages: [user], n: 2 })
  expect(source.body.n).toBe(2)
  expect(source.neutral).toThrow(/n: /)
  const fine = parsed(openAiChat, { model: 'm', messages: [user] }).source
  expect(fine.neutral()).toBe(fine.neutral())
})

test.each([
  [
    { type: 'file', file: { file_data: 'https://example.com/a.pdf' } },
    'messages[0].content[0].file.file_data',
  ],
  [{ type: 'file', file: { file_url: 'http://10.0.0.1/' } }, 'messages[0].content[0].file.file_url'],
])('[A-26] an address of a file is never fetched: %j', (part, param) => {
  const body = { model: 'm', messages: [{ role: 'user', content: [part] }] }
  expect(refusalOf(() => parsed(openAiChat, body))).toMatchObject({ code: 'unsupported_image_url', param })
})
