import { expect, test } from 'vitest'
import type { AnswerEvent, NeutralMessage, NeutralRequest } from '../../neutral/index.ts'
import type { ProviderCall } from '../provider.ts'
import { aCall, answered, aRequest, aTool, called, returned, said } from '../test-calls.ts'
import { translateRequest } from './translate.ts'

type Body = Record<string, unknown> & { messages: { role: string; content: Record<string, unknown>[] }[] }
type Given = Partial<NeutralRequest>
type Around = Partial<ProviderCall> & { body?: Record<string, unknown> }

function translated(given: Given, around: Around = {}) {
  const { body, ...rest } = translateRequest(aCall('openai-chat', aRequest(given), around))
  return { ...rest, body: JSON.parse(JSON.stringify(body)) as Body }
}
const messagesOf = (messages: NeutralMessage[]) => translated({ messages }).body.messages
const text = (text: string) => ({ type: 'text', text }) as const
const use = (id: string, input = {}) => ({ type: 'tool_use', id, name: 'f', input })
const result = (id: string, ...texts: string[]) => ({
  type: 'tool_result',
  tool_use_id: id,
  ...(texts.length > 0 && { content: texts.map(text) }),
})

test('[A-01] what several tools returned is one user turn, in the order of the results', () => {
  const messages: NeutralMessage[] = [
    said('Go'),
    { role: 'assistant', content: [called('a'), called('b')] },
    { role: 'user', content: [returned('a', '1')] },
    { role: 'user', content: [returned('b', '2')] },
    said('And?'),
  ]
  expect(messagesOf(messages).slice(1)).toEqual([
    { role: 'assistant', content: [use('a'), use('b')] },
    { role: 'user', content: [result('a', '1'), result('b', '2'), text('And?')] },
  ])
})

test('[A-02] text before and between results comes after them', () => {
  const content = [text('first'), returned('a'), text('second'), returned('b')]
  const turns = messagesOf([
    said('Go'),
    { role: 'assistant', content: [called('a'), called('b')] },
    { role: 'user', content },
  ])
  expect(turns.at(-1)?.content.map(({ type }) => type)).toEqual([
    'tool_result',
    'tool_result',
    'text',
    'text',
  ])
})

test('[A-03] an assistant’s texts come before its calls', () => {
  const content = [text('one'), called('a'), text('two'), called('b')]
  const turns = messagesOf([
    said('Go'),
    { role: 'assistant', content },
    { role: 'user', content: [returned('a'), returned('b')] },
  ])
  expect(turns[1]?.content).toEqual([text('one'), text('two'), use('a'), use('b')])
})

test.each<[string, NeutralMessage[], string]>([
  [
    '[A-04] a call at the end',
    [said('Go'), { role: 'assistant', content: [called('a')] }],
    '"a" has no result',
  ],
  [
    '[A-04] one of two calls',
    [
      said('Go'),
      { role: 'assistant', content: [called('a'), called('b')] },
      { role: 'user', content: [returned('a')] },
    ],
    '"b" has no result',
  ],
  ['[A-05] a result of no call', [{ role: 'user', content: [returned('x')] }], 'no tool call "x"'],
  [
    '[A-05] a second result of one call',
    [
      said('Go'),
      { role: 'assistant', content: [called('a')] },
      { role: 'user', content: [returned('a'), returned('a')] },
    ],
    'no tool call "a"',
  ],
  [
    '[A-07] an empty message',
    [said('Go'), answered('Yes'), said(' \n')],
    'messages[2]: The message is empty',
  ],
  ['[A-07] an empty answer', [said('Go'), answered(''), said('And?')], 'messages[1]: The message is empty'],
  ['no message at all', [], 'messages: This model needs a message'],
])('%s is a 400 that says so', (_, messages, words) => {
  expect(() => translated({ messages })).toThrow(words)
  expect(() => translated({ messages })).toThrow(
    expect.objectContaining({ code: 'invalid_request', status: 400 }),
  )
})

test('[A-06] an empty text beside a call is left out', () => {
  const turns = messagesOf([
    said('Go'),
    { role: 'assistant', content: [text(''), called('a')] },
    { role: 'user', content: [returned('a', '')] },
  ])
  expect(turns.slice(1)).toEqual([
    { role: 'assistant', content: [use('a')] },
    { role: 'user', content: [result('a')] },
  ])
})

test('[A-07] blank parts are left out, in results and in the system prompt too', () => {
  const { body } = translated({
    system: [text(' '), text('Be kind')],
    messages: [{ role: 'user', content: [text('\n'), text('Hello')] }],
  })
  expect([body.system, body.messages]).toEqual([
    [text('Be kind')],
    [{ role: 'user', content: [text('Hello')] }],
  ])
})

test('[A-09] arguments that are no object are a 400, never a crash and never {}', () => {
  for (const input of ['{"a":', '[]', 'null', '5']) {
    const messages: NeutralMessage[] = [
      said('Go'),
      { role: 'assistant', content: [called('a', input)] },
      { role: 'user', content: [returned('a')] },
    ]
    expect(() => translated({ messages })).toThrow('messages[1]: The arguments')
  }
})

test('a number in arguments that no float holds goes out as it was written', () => {
  const call = aCall(
    'openai-chat',
    aRequest({
      messages: [
        said('Go'),
        { role: 'assistant', content: [called('a', '{"n":12345678901234567890}')] },
        { role: 'user', content: [returned('a')] },
      ],
    }),
  )
  expect(JSON.stringify(translateRequest(call).body)).toContain('{"n":12345678901234567890}')
})

test('[A-10] an id that Anthropic does not take is rewritten, the same in call and result', () => {
  const turns = messagesOf([
    said('Go'),
    { role: 'assistant', content: [called('functions.Bash:0'), called('')] },
    { role: 'user', content: [returned('functions.Bash:0'), returned('')] },
  ])
  const ids = turns[1]?.content.map(({ id }) => id)
  expect(ids).toEqual(['portal_functions_002eBash_003a0', 'portal_'])
  expect(turns[2]?.content.map(({ tool_use_id }) => tool_use_id)).toEqual(ids)
})

test('[A-10] an id used again in a later turn becomes another, again the same in call and result', () => {
  const round: NeutralMessage[] = [
    { role: 'assistant', content: [called('call_0')] },
    { role: 'user', content: [returned('call_0')] },
  ]
  const turns = messagesOf([said('Go'), ...round, ...round])
  expect(turns.slice(1).map(({ content }) => content[0]?.id ?? content[0]?.tool_use_id)).toEqual([
    'call_0',
    'call_0',
    'portal_call_005f0_00232',
    'portal_call_005f0_00232',
  ])
})

test('instructions before what a user says next are inside the user’s turn, also several', () => {
  const instruction: NeutralMessage = { role: 'system', content: [text('Mind.')] }
  const messages = [said('Go'), instruction, instruction, said('On'), answered('So')]
  const { body } = translated({ messages }, { model: 'claude-opus-5' })
  expect(body.messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
})

test('a picture that is called image/jpg goes on as image/jpeg', () => {
  const jpg = { type: 'image', mediaType: 'image/jpg', base64: 'AA' } as const
  expect(messagesOf([{ role: 'user', content: [jpg] }])[0]?.content).toEqual([
    { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AA' } },
  ])
})

test('[A-10] calls of one turn with one id are answered in their order', () => {
  const content = [called('a', '{"n":1}'), called('a', '{"n":2}')]
  const turns = messagesOf([
    said('Go'),
    { role: 'assistant', content },
    { role: 'user', content: [returned('a', '1'), returned('a', '2')] },
  ])
  expect(turns[1]?.content).toMatchObject([use('a', { n: 1 }), { input: { n: 2 } }])
  expect(turns[2]?.content).toMatchObject([result('a', '1'), result(String(turns[1]?.content[1]?.id), '2')])
})

test('[A-11] a tool’s name that Anthropic refuses is a 400 that names the tool', () => {
  expect(() => translated({ tools: [aTool, { ...aTool, name: 'a.b' }] })).toThrow('tools[1]: ')
  expect(() => translated({ tools: [{ ...aTool, name: 'x'.repeat(129) }] })).toThrow('tools[0]: ')
  expect(translated({ tools: [{ ...aTool, name: 'x'.repeat(128) }] }).body.tools).toHaveLength(1)
})

test.each([
  [{}, { type: 'object', properties: {} }],
  [{ type: 'object' }, { type: 'object', properties: {} }],
  [
    { properties: { a: {} }, required: ['a'] },
    { type: 'object', properties: { a: {} }, required: ['a'] },
  ],
])('[A-12] the parameters %j become a schema of an object', (parameters, schema) => {
  expect(translated({ tools: [{ ...aTool, parameters }] }).body.tools).toEqual([
    { name: 'f', input_schema: schema },
  ])
})

test('[A-12] parameters of another type are a 400', () => {
  expect(() => translated({ tools: [{ ...aTool, parameters: { type: 'string' } }] })).toThrow('tools[0]: ')
})

test('[A-13] [A-14] [A-25] a schema, strictness and a cache mark go on as they were spelled', () => {
  const parameters = {
    type: 'object',
    properties: { a: { anyOf: [{ $ref: '#/$defs/x' }, { enum: [1, null] }], description: 'd' } },
    $defs: { x: { type: 'string', format: 'uuid' } },
    additionalProperties: false,
  }
  const cache = { type: 'ephemeral', ttl: '1h' }
  const tool = { ...aTool, description: 'D', parameters, strict: true, cache }
  expect(translated({ tools: [tool] }).body.tools).toEqual([
    { name: 'f', description: 'D', input_schema: parameters, strict: true, cache_control: cache },
  ])
})

test.each([
  [{ type: 'auto' }, null, { type: 'auto' }],
  [{ type: 'required' }, null, { type: 'any' }],
  [{ type: 'none' }, null, { type: 'none' }],
  [{ type: 'function', name: 'f' }, null, { type: 'tool', name: 'f' }],
  [null, null, undefined],
  [null, true, undefined],
  [null, false, { type: 'auto', disable_parallel_tool_use: true }],
  [{ type: 'required' }, false, { type: 'any', disable_parallel_tool_use: true }],
  [{ type: 'none' }, false, { type: 'none' }],
] as const)(
  '[A-15] [A-16] [A-17] the choice %j with parallel %s is %j',
  (toolChoice, parallelTools, expected) => {
    expect(translated({ tools: [aTool], toolChoice, parallelTools }).body.tool_choice).toEqual(expected)
  },
)

test('[A-16] without tools there is no choice', () => {
  const { body } = translated({ toolChoice: { type: 'auto' }, parallelTools: false })
  expect('tool_choice' in body || 'tools' in body).toBe(false)
  expect(() => translated({ toolChoice: { type: 'required' } })).toThrow('tool_choice: There are no tools')
  expect(() => translated({ tools: [aTool], toolChoice: { type: 'function', name: 'g' } })).toThrow(
    'no tool "g"',
  )
})

test.each([
  [{ outputTokensMax: 10 }, { outputTokensMax: 50 }, 10],
  [{ outputTokensMax: 10 }, { outputTokensCap: 5 }, 5],
  [{}, { outputTokensCap: 5, outputTokensMax: 50 }, 5],
  [{}, { outputTokensMax: 50 }, 50],
  [{}, {}, 4096],
])('[A-18] asked %j of a model of %j, the longest answer is %s', (given, around, max) => {
  expect(translated(given, around).body.max_tokens).toBe(max)
})

test.each([
  [{ temperature: 0.5, topP: 0.9 }, {}, [{ temperature: 0.5 }, ['top_p']]],
  [{ topP: 0.9 }, { temperature: 0.7 }, [{ top_p: 0.9 }, []]],
  [{}, { temperature: 0.7 }, [{ temperature: 0.7 }, []]],
  [{}, { temperature: 1.4 }, [{ temperature: 1 }, []]],
  [{ temperature: 0 }, { temperature: 0.7 }, [{ temperature: 0 }, []]],
  [{ temperature: 0.5, topP: 0.9 }, { model: 'claude-opus-4-8' }, [{}, ['temperature', 'top_p']]],
  [{ temperature: 1 }, { model: 'claude-sonnet-5' }, [{}, []]],
  [{}, { model: 'claude-sonnet-5', temperature: 0.7 }, [{}, []]],
])('[A-19] sampling by %j with %j is, and changes, %j', (given, around, [expected, changed]) => {
  const found = translated(given, around)
  const { temperature, top_p } = found.body
  expect(JSON.parse(JSON.stringify({ temperature, top_p }))).toEqual(expected)
  expect(found.changed).toEqual(changed)
})

test('[A-19] a temperature above 1 is a 400 that names the limit', () => {
  expect(() => translated({ temperature: 1.1 })).toThrow('temperature: This model takes 0 to 1.')
})

test('[A-20] blank stops are left out, and that is said', () => {
  const { body, changed } = translated({ stop: ['END', ' ', ''] })
  expect([body.stop_sequences, changed]).toEqual([['END'], ['stop']])
  expect('stop_sequences' in translated({ stop: [] }).body).toBe(false)
})

test('[A-21] fields that say nothing here are named', () => {
  expect(translated({ ownFields: ['seed', 'logit_bias'] }).changed).toEqual(['seed', 'logit_bias'])
})

const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }
const format = { type: 'schema', name: 'x', description: null, schema, strict: true } as const

const older = { model: 'claude-sonnet-4-20250514' }

test('[A-22] a schema for the answer is the model’s own, else a tool that it has to call', () => {
  const held = translated({ outputFormat: format })
  expect(held.body.output_config).toEqual({ format: { type: 'json_schema', schema } })
  expect([held.body.system, held.changed]).toEqual([undefined, []])
  const asked = translated({ outputFormat: format }, older)
  expect([asked.body.output_config, asked.body.system]).toEqual([undefined, undefined])
  expect(asked.body.tools).toMatchObject([{ name: 'x', input_schema: schema }])
  expect(asked.body.tool_choice).toEqual({ type: 'tool', name: 'x', disable_parallel_tool_use: true })
  expect(asked.changed).toEqual(['response_format'])
})

test('[A-22] what Anthropic does not know of a schema is said in words, and that is said', () => {
  const bounded = { ...schema, properties: { a: { type: 'integer', minimum: 1 } } }
  const { body, changed } = translated({ outputFormat: { ...format, schema: bounded } })
  const properties = { a: { type: 'integer', description: '{minimum: 1}' } }
  expect(body.output_config).toEqual({ format: { type: 'json_schema', schema: { ...schema, properties } } })
  expect(changed).toEqual(['response_format'])
})

test('[A-22] a model that cannot be held to a map is given a tool for it', () => {
  const map = { type: 'object', additionalProperties: { type: 'string' } }
  const { body, changed } = translated({ outputFormat: { ...format, schema: map } })
  expect([body.output_config, changed]).toEqual([undefined, ['response_format']])
  expect(body.tools).toMatchObject([{ name: 'x', input_schema: map }])
})

test('[A-14] strict tools say what Anthropic knows, and are not strict where that is nothing; both are said', () => {
  const strictly = (parameters: Record<string, unknown>, strict: boolean | null = true) => {
    const { body, changed } = translated({ tools: [{ ...aTool, parameters, strict }] })
    const [tool] = body.tools as Record<string, unknown>[]
    return [tool?.input_schema, tool?.strict, changed]
  }
  const bounded = { ...schema, properties: { a: { type: 'string', maxLength: 3 } } }
  const properties = { a: { type: 'string', description: '{maxLength: 3}' } }
  expect(strictly(schema)).toEqual([schema, true, []])
  expect(strictly(bounded)).toEqual([{ ...schema, properties }, true, ['tools[].function.parameters']])
  expect(strictly(bounded, false)).toEqual([bounded, false, []])
  const map = { type: 'object', properties: {}, additionalProperties: { type: 'string' } }
  expect(strictly(map)).toEqual([map, undefined, ['tools[].function.strict']])
})

test('[A-22] beside the client’s own tools the model has to call one of all, and the names differ', () => {
  const tools = [{ ...aTool, name: 'x' }]
  const { body, changed } = translated({ tools, parallelTools: true, outputFormat: format }, older)
  expect(body.tools).toMatchObject([{ name: 'x' }, { name: 'x_', input_schema: schema }])
  expect(body.tool_choice).toEqual({ type: 'any', disable_parallel_tool_use: true })
  expect(changed).toEqual(['response_format', 'parallel_tool_calls'])
})

test.each<[string, Partial<NeutralRequest>]>([
  ['a model that thinks', { reasoning: { effort: null, budgetTokens: 2000 }, outputTokensMax: 9000 }],
  ['a choice of tools by the client', { tools: [aTool], toolChoice: { type: 'auto' } }],
  ['an answer that is begun', { messages: [said('Go'), answered('{')] }],
  ['a schema of no object', { outputFormat: { ...format, schema: { type: 'array' } } }],
  ['a schema of alternatives', { outputFormat: { ...format, schema: { anyOf: [schema] } } }],
])('[A-22] with %s a schema is asked for in words', (_, given) => {
  const { body, changed, createRestore } = translated({ outputFormat: format, ...given }, older)
  expect(JSON.stringify(body.system)).toContain('follows this JSON schema')
  expect(JSON.stringify([body.tools, body.tool_choice])).not.toContain('"x"')
  expect([changed, createRestore]).toEqual([['response_format'], null])
})

test('[S-28] what goes into the tool is the answer’s text, whole and in pieces', () => {
  const call = { type: 'tool-call', key: 0, id: 'i', name: 'x', input: '' } as const
  const end = { type: 'finish', reason: 'tool-calls', native: 'tool_use', stopSequence: null } as const
  const ended = { ...end, reason: 'stop' }
  const restored = (...events: AnswerEvent[]) => {
    const restore = translated({ outputFormat: format, tools: [aTool] }, older).createRestore?.()
    return events.flatMap((event) => restore?.(event) ?? [])
  }
  const piece = { ...call, id: null, name: null }
  expect(restored(call, { ...piece, input: '{"a"' }, { ...piece, input: ':1}' }, end)).toEqual([
    { type: 'text', text: '{"a"' },
    { type: 'text', text: ':1}' },
    ended,
  ])
  expect(restored({ ...call, input: '{}' }, end)).toEqual([{ type: 'text', text: '{}' }, ended])
  expect(restored(call, end)).toEqual([{ type: 'text', text: '{}' }, ended])
  const cut = { ...end, reason: 'length', native: 'max_tokens' } as const
  expect(restored(call, { ...piece, input: '{"a' }, cut)).toEqual([{ type: 'text', text: '{"a' }, cut])
  // [C-06] Cut before anything of it came, the answer is nothing, and no empty object.
  expect(restored(call, cut)).toEqual([cut])
  const other = { ...call, key: 1, name: 'f', input: '{}' }
  expect(restored(other, end)).toEqual([other, end])
})

test('[S-28] what is said before the tool is called is no part of the answer; without a call it is the answer', () => {
  const said = { type: 'text', text: 'Here it is:' } as const
  const thought = { type: 'reasoning', text: 'hm' } as const
  const call = { type: 'tool-call', key: 1, id: 'i', name: 'x', input: '{}' } as const
  const end = { type: 'finish', reason: 'tool-calls', native: 'tool_use', stopSequence: null } as const
  const restored = (...events: AnswerEvent[]) => {
    const restore = translated({ outputFormat: format, tools: [aTool] }, older).createRestore?.()
    return events.map((event) => restore?.(event) ?? [])
  }
  const answer = [{ type: 'text', text: '{}' }]
  expect(restored(thought, said, call, said, end)).toEqual([
    [thought],
    [],
    answer,
    [],
    [{ ...end, reason: 'stop' }],
  ])
  const stop = { ...end, reason: 'stop', native: 'end_turn' } as const
  expect(restored(said, said, stop)).toEqual([[], [], [said, said, stop]])
  const other = { ...call, name: 'f' }
  expect(restored(said, other, end)).toEqual([[], [said, other], [end]])
})

test('[A-22] an answer that is begun cannot be held to a schema', () => {
  expect(() => translated({ messages: [said('Go'), answered('{')], outputFormat: format })).toThrow(
    'response_format: ',
  )
})

test('[A-23] any JSON is asked for after the client’s own instructions', () => {
  const { body, changed } = translated({ system: [text('Be kind')], outputFormat: { type: 'json' } })
  expect(body.system).toEqual([text('Be kind'), text(expect.stringContaining('JSON'))])
  expect(changed).toEqual(['response_format'])
})

test('[A-24] an instruction in the middle stays there, as a system turn where the model takes one', () => {
  const messages: NeutralMessage[] = [
    said('Go'),
    { role: 'system', content: [text('Be brief')] },
    answered('Yes'),
    { role: 'system', content: [text('Be loud')] },
    said('And?'),
  ]
  const native = translated({ messages }, { model: 'claude-opus-4-8' })
  expect(native.body.messages).toEqual([
    { role: 'user', content: [text('Go')] },
    { role: 'system', content: [text('Be brief')] },
    { role: 'assistant', content: [text('Yes')] },
    // Anthropic takes none after an assistant's turn.
    { role: 'user', content: [text('<system>\nBe loud\n</system>'), text('And?')] },
  ])
  const wrapped = translated({ messages: messages.slice(0, 3) })
  expect(wrapped.body.messages[0]?.content).toEqual([text('Go'), text('<system>\nBe brief\n</system>')])
  expect([native.changed, wrapped.changed]).toEqual([['messages'], ['messages']])
  const kept = translated({ messages: messages.slice(0, 3) }, { model: 'claude-opus-5' })
  expect(kept.changed).toEqual([])
})

test('[A-24] [A-25] cache marks stay where they were with their time to live; of more than four the last', () => {
  const cache = (ttl: string) => ({ type: 'ephemeral', ttl })
  const { body, changed } = translated({
    system: [{ ...text('a'), cache: cache('1h') }],
    tools: [{ ...aTool, cache: cache('0') }],
    messages: [
      { role: 'user', content: [{ ...text('b'), cache: cache('1') }] },
      { role: 'assistant', content: [{ ...called('c'), cache: cache('2') }] },
      { role: 'user', content: [{ ...returned('c'), cache: cache('3') }] },
    ],
  })
  const marks = JSON.stringify(body).match(/"ttl":"\w+"/g)
  expect(marks).toEqual(['"ttl":"1h"', '"ttl":"1"', '"ttl":"2"', '"ttl":"3"'])
  expect(body.tools).toEqual([{ name: 'f', input_schema: aTool.parameters }])
  expect(changed).toEqual(['cache_control'])
})

test('[A-26] pictures and documents go on as declared; what Anthropic does not take is a 400', () => {
  const image = { type: 'image', mediaType: 'image/png', base64: 'AA' } as const
  const pdf = { type: 'document', mediaType: 'application/pdf', data: 'BB', title: 'T' } as const
  const plain = { type: 'document', mediaType: 'text/plain', data: 'Hi', title: null } as const
  expect(messagesOf([{ role: 'user', content: [image, pdf, plain] }])[0]?.content).toEqual([
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'BB' }, title: 'T' },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Hi' } },
  ])
  for (const odd of [
    { ...image, mediaType: 'video/mp4' },
    { ...pdf, mediaType: 'application/zip' },
  ])
    expect(() => messagesOf([{ role: 'user', content: [odd] }])).toThrow('messages[0]: This model takes no ')
})

test('[A-27] signed and hidden thoughts come first and as they were; unsigned ones are nobody’s', () => {
  const turns = messagesOf([
    said('Go'),
    {
      role: 'assistant',
      content: [
        text('So'),
        { type: 'reasoning', text: 'hm', signature: 'sig' },
        { type: 'reasoning', text: 'secret', signature: null },
        { type: 'redacted-reasoning', data: 'x' },
      ],
    },
    said('And?'),
    { role: 'assistant', content: [{ type: 'reasoning', text: 'lost', signature: null }] },
    said('Well?'),
  ])
  expect(turns).toEqual([
    { role: 'user', content: [text('Go')] },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'redacted_thinking', data: 'x' },
        text('So'),
      ],
    },
    { role: 'user', content: [text('And?'), text('Well?')] },
  ])
})

test('[A-29] neighbours of one role are merged, and a begun answer goes on without the space it ends in', () => {
  expect(messagesOf([said('a'), said('b'), answered('c'), answered('The answer is ')])).toEqual([
    { role: 'user', content: [text('a'), text('b')] },
    { role: 'assistant', content: [text('c'), text('The answer is')] },
  ])
})

test.each([
  ['ada@example.com', true],
  ['customer 7', true],
  ['0d5e2f9c-8a34-4f6b-9c1d-2e3f4a5b6c7d', false],
])('[A-30] the user %s is told without saying who it is', (endUser, isDigest) => {
  const { body, changed } = translated({ endUser })
  const { user_id: id } = body.metadata as { user_id: string }
  if (isDigest) expect(id).toMatch(/^[0-9a-f]{64}$/)
  else expect(id).toBe(endUser)
  expect(changed).toEqual(isDigest ? ['user'] : [])
  expect(translated({ endUser }).body.metadata).toEqual(body.metadata)
})

test('a stream is asked for as one', () => {
  expect([translated({}, { stream: true }).body.stream, translated({}).body.stream]).toEqual([
    true,
    undefined,
  ])
})
