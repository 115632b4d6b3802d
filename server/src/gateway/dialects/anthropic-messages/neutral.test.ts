import { describe, expect, test } from 'vitest'
import { neutral, refusalOf } from '../test-requests.ts'
import { anthropicMessages } from './index.ts'

type Json = Record<string, unknown>

const user = { role: 'user', content: 'hi' }
const text = (value: string, cache?: Json) => ({ type: 'text', text: value, ...(cache && { cache }) })
const use = (id: string, input: Json = { x: 1 }) => ({ type: 'tool_use', id, name: 'f', input })
const result = (id: string, rest: Json = { content: 'done' }) => ({
  type: 'tool_result',
  tool_use_id: id,
  ...rest,
})
const said = (...content: Json[]) => ({ role: 'assistant', content })
const gave = (...content: Json[]) => ({ role: 'user', content })

const read = (body: Json, headers = {}) =>
  neutral(anthropicMessages, { model: 'm', max_tokens: 9, messages: [user], ...body }, headers)
const turns = (...messages: Json[]) => read({ messages }).messages
const refusal = (body: Json) => refusalOf(() => read(body))

test('[B-01] a turn of results, texts and pictures keeps them, results first', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'AA' } }
  const given = turns(user, said(use('a')), gave(text('see'), image, result('a')))
  expect(given[2]?.content).toEqual([
    { type: 'tool-result', callId: 'a', content: [text('done')], isError: false },
    text('see'),
    { type: 'image', mediaType: 'image/webp', base64: 'AA' },
  ])
})

describe('results', () => {
  const returned = (rest: Json) => turns(user, said(use('a')), gave(result('a', rest)))[2]?.content[0]

  test('[B-02] [B-17] keep their pictures, of the type that was declared', () => {
    const source = { type: 'base64', media_type: 'image/gif', data: 'AA' }
    expect(returned({ content: [text('x'), { type: 'image', source }] })).toMatchObject({
      content: [text('x'), { type: 'image', mediaType: 'image/gif', base64: 'AA' }],
    })
  })

  test('[B-03] of a kind nobody knows are results still, in words', () => {
    expect(returned({ content: [{ type: 'tool_reference', tool_name: 'g' }] })).toMatchObject({
      content: [text('Tool: g')],
    })
    expect(returned({ content: [{ type: 'new_kind', value: 1 }] })).toMatchObject({
      content: [{ text: '{"type":"new_kind","value":1}' }],
    })
  })

  test.each([{}, { content: '' }, { content: [] }])(
    '[B-04] without content are results still: %j',
    (rest) => {
      expect(returned(rest)).toMatchObject({ callId: 'a', content: [] })
    },
  )

  test('[B-05] say whether they are errors', () => {
    expect(returned({ content: 'no', is_error: true })).toMatchObject({ isError: true })
  })

  test('without a call, and calls without one, are a 400 that names the message', () => {
    expect(refusal({ messages: [gave(result('x'))] })).toMatchObject({ param: 'messages[0]' })
    expect(refusal({ messages: [user, said(use('a'))] })).toMatchObject({ param: 'messages[1]' })
  })
})

test('[B-06] a call’s input is JSON, with the digits it had', () => {
  const body = `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"id":12345678901234567890}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]}]}`
  expect(neutral(anthropicMessages, body).messages[1]?.content).toEqual([
    { type: 'tool-call', id: 'a', name: 'f', input: '{"id":12345678901234567890}' },
  ])
})

test('[B-07] thoughts are kept apart from what was said', () => {
  const thinking = { type: 'thinking', thinking: 'hm', signature: 'sig' }
  const unsigned = { type: 'thinking', thinking: 'ha', signature: '' }
  const given = turns(user, said(thinking, unsigned, { type: 'redacted_thinking', data: 'd' }, text('x')))
  expect(given[1]?.content).toEqual([
    { type: 'reasoning', text: 'hm', signature: 'sig' },
    { type: 'reasoning', text: 'ha', signature: null },
    { type: 'redacted-reasoning', data: 'd' },
    text('x'),
  ])
})

test('[B-08] instructions keep their order and their marks for caching', () => {
  const cache = { type: 'ephemeral', ttl: '1h' }
  const system = [{ ...text('a'), cache_control: cache }, text(''), text('b')]
  expect(read({ system }).system).toEqual([text('a', cache), text('b')])
  expect(read({ system: 'a' }).system).toEqual([text('a')])
  expect(read({ tools: [{ name: 'f', input_schema: {}, cache_control: cache }] }).tools).toMatchObject([
    { cache },
  ])
})

test.each([
  [{ type: 'any' }, { type: 'required' }, null],
  [{ type: 'auto', disable_parallel_tool_use: true }, { type: 'auto' }, false],
  [{ type: 'tool', name: 'f', disable_parallel_tool_use: false }, { type: 'function', name: 'f' }, true],
  [{ type: 'none' }, { type: 'none' }, null],
])('[B-09] the choice %j', (tool_choice, toolChoice, parallelTools) => {
  expect(read({ tool_choice })).toMatchObject({ toolChoice, parallelTools })
})

test.each(['web_search_20250305', 'bash_20250124', 'computer_20250124', 'mcp_toolset'])(
  '[B-11] the tool %s is one of Anthropic’s servers: a 400 that names it',
  (type) => {
    const own = { name: 'f', input_schema: { type: 'object' } }
    expect(refusal({ tools: [own, { type, name: 'x' }] })).toMatchObject({ status: 400, param: 'tools[1]' })
    expect(refusal({ tools: [own, { type, name: 'x' }] }).message).toContain(type)
  },
)

test('[B-11] servers of tools that Anthropic’s servers call are a 400; none of them is none', () => {
  const server = { type: 'url', name: 'x', url: 'https://mcp.example.com' }
  expect(refusal({ mcp_servers: [server] })).toMatchObject({ status: 400, param: 'mcp_servers' })
  expect(read({ mcp_servers: [] }).messages).toHaveLength(1)
})

test.each(['server_tool_use', 'web_search_tool_result', 'container_upload'])(
  '[B-11] a %s in the conversation is a 400',
  (type) => {
    expect(refusal({ messages: [user, said({ type, id: 'a' })] })).toMatchObject({
      param: 'messages[1].content[0]',
    })
  },
)

test('[B-12] what others know too is kept, the rest is named', () => {
  const body = { stop_sequences: ['a', 'b'], metadata: { user_id: 'u' }, top_k: 5, service_tier: 'auto' }
  expect(read(body)).toMatchObject({
    stop: ['a', 'b'],
    endUser: 'u',
    ownFields: ['top_k', 'service_tier'],
    outputTokensMax: 9,
    temperature: null,
  })
})

test('[B-15] fields of the future and betas are left out by name, never a 400', () => {
  const body = {
    context_management: {},
    diagnostics: {},
    container: null,
    speed: 'fast',
    output_config: { effort: 'high', task_budget: 5 },
    thinking: { type: 'adaptive' },
    tools: [{ name: 'f', input_schema: {}, defer_loading: true }],
  }
  const { ownFields, reasoning } = read(body, { 'anthropic-beta': 'a,b' })
  expect(reasoning).toEqual({ effort: 'high', budgetTokens: null })
  expect(ownFields.toSorted()).toEqual([
    'anthropic-beta',
    'context_management',
    'diagnostics',
    'output_config.task_budget',
    'speed',
    'thinking',
    'tools[].defer_loading',
  ])
})

test('[B-16] documents are kept, and that citations are not is said', () => {
  const document = { type: 'document', title: 'T', citations: { enabled: true } }
  const pdf = { ...document, source: { type: 'base64', media_type: 'application/pdf', data: 'AA' } }
  const plain = { ...document, source: { type: 'text', media_type: 'text/plain', data: 'words' } }
  const content = { type: 'content', content: [text('one'), text('two')] }
  const cache = { type: 'ephemeral' }
  const parts = { type: 'document', title: 'T', source: content, cache_control: cache }
  const { messages, ownFields } = read({ messages: [gave(pdf, plain, parts)] })
  expect(messages[0]?.content).toEqual([
    { type: 'document', mediaType: 'application/pdf', data: 'AA', title: 'T' },
    { type: 'document', mediaType: 'text/plain', data: 'words', title: 'T' },
    text('T'),
    text('one'),
    text('two', cache),
  ])
  expect(ownFields).toEqual(['messages[].content[].citations'])
  const found = { type: 'search_result', title: 'T', source: 'https://x', content: [text('words')] }
  expect(turns(gave(found))[0]?.content).toEqual([text('T\nhttps://x\nwords')])
})

test('[D-08] an instruction in the middle stays where it is', () => {
  expect(turns(user, { role: 'system', content: 'be brief' }, user).map(({ role }) => role)).toEqual([
    'user',
    'system',
    'user',
  ])
  expect(read({ system: 'a', messages: [{ role: 'system', content: 'b' }, user] }).system).toEqual([
    text('a'),
    text('b'),
  ])
})

test.each([
  [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, { effort: null, budgetTokens: 2000 }],
  [
    { thinking: { type: 'disabled' }, output_config: { effort: 'low' } },
    { effort: null, budgetTokens: null },
  ],
  [{ output_config: { effort: 'low' } }, { effort: 'low', budgetTokens: null }],
  [{}, null],
])('[B-14] %j asks to think so much', (fields, reasoning) => {
  expect(read(fields).reasoning).toEqual(reasoning)
})

test('a schema for the answer is kept', () => {
  const format = { type: 'json_schema', schema: { type: 'object' } }
  expect(read({ output_config: { format } }).outputFormat).toMatchObject({
    type: 'schema',
    schema: format.schema,
  })
})

describe('[C-12] ids of calls', () => {
  const ids = (...pairs: string[]) => {
    const given = turns(user, said(...pairs.map((id) => use(id))), gave(...pairs.map((id) => result(id))))
    const called = given[1]?.content.map((block) => (block.type === 'tool-call' ? block.id : ''))
    const answered = given[2]?.content.map((block) => (block.type === 'tool-result' ? block.callId : ''))
    expect(answered).toEqual(called)
    return called
  }

  test('are again those that the upstream gave', () => {
    expect(ids('toolu_call_1', 'toolu_portal_functions_002ef_003a0')).toEqual(['call_1', 'functions.f:0'])
    expect(ids('mine')).toEqual(['mine'])
  })

  test('stay two where they are two', () => {
    expect(new Set(ids('toolu_a', 'a', 'toolu_toolu_a')).size).toBe(3)
  })
})

test('an empty message is a 400 that names it', () => {
  expect(refusal({ messages: [user, said(text(' '))] })).toMatchObject({ status: 400, param: 'messages[1]' })
  expect(refusal({ messages: [{ role: 'system', content: 'x' }] })).toMatchObject({ param: 'messages' })
})

test('a text that is none is a 400, and a tool choice that no dialect has', () => {
  const user = { role: 'user', content: 'x' }
  const body = { model: 'm', max_tokens: 9, messages: [user] }
  const fault = (fields: object) => refusalOf(() => neutral(anthropicMessages, { ...body, ...fields }))
  const content = [{ type: 'text', text: 5 }]
  const param = (at: string) => ({ code: 'invalid_request', param: `${at}.text` })
  expect(fault({ messages: [{ role: 'user', content }] })).toMatchObject(param('messages[0].content[0]'))
  expect(fault({ messages: [user, { role: 'assistant', content }, user] })).toMatchObject(
    param('messages[1].content[0]'),
  )
  expect(fault({ system: content })).toMatchObject(param('system[0]'))
  expect(fault({ tool_choice: { type: 'toString' } })).toMatchObject({ param: 'tool_choice' })
})

test('of what a document shows and the model does not know it gets the words', () => {
  const source = { type: 'content', content: [{ type: 'mystery', clue: 'CLUE' }] }
  const messages = [{ role: 'user', content: [{ type: 'document', source }] }]
  const request = neutral(anthropicMessages, { model: 'm', max_tokens: 9, messages })
  expect(JSON.stringify(request.messages)).toContain('CLUE')
})
