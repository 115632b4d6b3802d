import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { upstreamToolId } from '../../../neutral/index.ts'
import { anyAnswer, inputsSaid, textSaid } from '../test-answers.ts'
import { aContext, aFrame, call, encoded, finish, someUsage } from '../test-frames.ts'
import { checkAnthropicStream } from '../test-grammar.ts'
import { anthropicMessages } from './index.ts'

type Frames = Parameters<typeof encoded>[1]

const read = (frames: Frames, options: { cut?: boolean } = {}) =>
  checkAnthropicStream(encoded(anthropicMessages, frames, options))
const textsOf = (frames: Frames) => read(frames).blocks.map(({ start, text }) => [start.type, text])
const stopOf = (frames: Frames, options = {}) => read(frames, options).stop?.stop_reason

test('[S-01] [S-03] any mixture of texts, thoughts and calls is one block after another, and nothing is lost', () => {
  fc.assert(
    fc.property(anyAnswer, ({ frames, cut }) => {
      const { blocks } = read(frames, { cut })
      const all = (type: string) =>
        blocks.map(({ start, text }) => (start.type === type ? text : '')).join('')
      expect(all('text')).toBe(textSaid(frames, 'text'))
      expect(all('thinking')).toBe(textSaid(frames, 'reasoning'))
      const calls = blocks.filter(({ start }) => start.type === 'tool_use')
      expect(new Map(calls.map(({ start, text }) => [start.name, text]))).toEqual(inputsSaid(frames))
      expect(calls.map(({ start }) => upstreamToolId(String(start.id))).toSorted()).toEqual(
        calls.map(({ start }) => String(start.name).replace('tool', 'id:')).toSorted(),
      )
    }),
    { numRuns: 1000 },
  )
})

describe('parallel calls', () => {
  const a = call(0, { id: 'a', name: 'f', input: '{"x":' })
  const b = call(1, { id: 'b', name: 'g', input: '{"y":' })

  test('[S-03] a call that comes between another’s pieces waits for its end', () => {
    const frames = [[a], [b], [call(0, { input: '1}' })], [call(1, { input: '2}' })], [finish('tool-calls')]]
    const sent = encoded(anthropicMessages, frames)
    expect(sent.indexOf('"g"')).toBeGreaterThan(sent.indexOf('1}'))
    expect(textsOf(frames)).toEqual([
      ['tool_use', '{"x":1}'],
      ['tool_use', '{"y":2}'],
    ])
  })

  test('[S-03] brackets and quotes inside of strings do not end a call', () => {
    const tricky = '{"x":"}\\"}","y":[{}]'
    const frames = [
      [call(0, { id: 'a', name: 'f', input: tricky })],
      [b],
      [call(0, { input: '}' })],
      [finish('length')],
    ]
    expect(textsOf(frames)[0]).toEqual(['tool_use', `${tricky}}`])
  })

  test('[S-05] two whole calls in one chunk are two calls', () => {
    const both = [call(0, { id: 'a', name: 'f', input: '{}' }), call(1, { id: 'b', name: 'g', input: '{}' })]
    expect(textsOf([both, [finish('tool-calls')]])).toHaveLength(2)
  })

  test('[S-06] a call without arguments is a block that begins and ends', () => {
    const frames = [
      [call(0, { id: 'a', name: 'f' })],
      [call(1, { id: 'b', name: 'g' })],
      [finish('tool-calls')],
    ]
    expect(read(frames).blocks.map(({ start, text }) => [start.name, start.input, text])).toEqual([
      ['f', {}, ''],
      ['g', {}, ''],
    ])
  })

  test('[S-09] a name that comes late begins the call, an id that comes again does not', () => {
    const frames = [
      [call(0, { id: 'a' })],
      [call(0, { input: '{"x"' })],
      [call(0, { id: 'a', name: 'f' })],
      [call(0, { id: 'a', name: 'f', input: ':1}' })],
      [finish('tool-calls')],
    ]
    expect(read(frames).blocks).toMatchObject([{ start: { id: 'toolu_a', name: 'f' }, text: '{"x":1}' }])
  })

  test('[S-09] a call that waits for its name is not lost to one that waits behind it', () => {
    const frames = [
      [call(0, { id: 'a', input: '{}' })],
      [call(1, { id: 'b', name: 'g', input: '{}' })],
      [call(0, { name: 'f' })],
      [finish('tool-calls')],
    ]
    expect(read(frames).blocks.map(({ start }) => start.name)).toEqual(['f', 'g'])
  })

  test('a call that never gets a name is none', () => {
    expect(read([[call(0, { id: 'a', input: '{}' })], [finish('tool-calls')]])).toMatchObject({
      blocks: [],
      stop: { stop_reason: 'end_turn' },
    })
  })
})

test('[S-07] text, then a call: it stops for tool_use', () => {
  const frames = [[{ type: 'text', text: 'Look:' } as const], [call(0, { id: 'a', name: 'f', input: '{}' })]]
  expect(textsOf([...frames, [finish('tool-calls')]])).toEqual([
    ['text', 'Look:'],
    ['tool_use', '{}'],
  ])
  expect(stopOf([...frames, [finish('tool-calls')]])).toBe('tool_use')
})

test('[C-04] a stop after calls is a stop for tool_use', () => {
  expect(stopOf([[call(0, { id: 'a', name: 'f', input: '{}' })], [finish('stop')]])).toBe('tool_use')
})

test('[S-08] a stream of calls alone has no text block', () => {
  const frames = [[{ type: 'text', text: '' } as const, call(0, { id: 'a', name: 'f', input: '{}' })]]
  expect(textsOf(frames)).toEqual([['tool_use', '{}']])
})

test('[C-02] [S-30] every end has its stop_reason', () => {
  const text = [{ type: 'text', text: 'x' } as const]
  expect(stopOf([text, [finish('stop')]])).toBe('end_turn')
  expect(stopOf([text, [finish('length')]])).toBe('max_tokens')
  expect(stopOf([text, [finish('context-full')]])).toBe('model_context_window_exceeded')
  expect(stopOf([text, [finish('pause')]])).toBe('pause_turn')
  expect(stopOf([text])).toBe('end_turn')
})

test('[C-05] a stop string that the upstream tells is told', () => {
  const text = [{ type: 'text', text: 'x' } as const]
  expect(read([text, [finish('stop', { stopSequence: 'END' })]]).stop).toEqual({
    stop_reason: 'stop_sequence',
    stop_sequence: 'END',
  })
})

test('[C-06] arguments cut by the limit stop for max_tokens', () => {
  const frames = [[call(0, { id: 'a', name: 'f', input: '{"x":' })], [finish('length')]]
  expect(read(frames)).toMatchObject({ blocks: [{ text: '{"x":' }], stop: { stop_reason: 'max_tokens' } })
})

test('[S-14] [S-15] [C-09] the input is estimated first and put right at the end, cache apart', () => {
  const { message, usage } = read([[{ type: 'text', text: 'x' }], [finish()]])
  expect(message?.usage).toMatchObject({ input_tokens: 7 })
  expect(usage).toEqual({
    input_tokens: 50,
    cache_creation_input_tokens: 20,
    cache_read_input_tokens: 30,
    output_tokens: 40,
    output_tokens_details: { thinking_tokens: 5 },
  })
})

test('the finish ends blocks, and its event waits for the counts that come after it', () => {
  const events = [call(0, { id: 'a', name: 'f' }), { type: 'text', text: 'x' } as const, finish()]
  const encoder = anthropicMessages.encodeStream(aContext(), () => events)
  const sent = encoder.frame(aFrame({ kind: 'finish' }))
  expect(sent.match(/^event: content_block_stop$/gm)).toHaveLength(2)
  expect(sent).not.toContain('message_delta')
  expect(encoder.closing({ cut: false, usage: someUsage })).toMatch(
    /^event: message_delta\n.*\n\nevent: message_stop\n.*\n\n$/,
  )
})

test('[S-26] thoughts come as a block that its signature closes, sealed ones whole', () => {
  const frames: Frames = [
    [{ type: 'reasoning', text: 'hm' }],
    [{ type: 'reasoning-signature', signature: 'sig' }],
    [{ type: 'redacted-reasoning', data: 'xyz' }],
    [{ type: 'reasoning-signature', signature: 'alone' }],
    [{ type: 'text', text: 'yes' }],
    [finish()],
  ]
  expect(read(frames).blocks).toMatchObject([
    { start: { type: 'thinking' }, text: 'hm', signatures: ['sig'] },
    { start: { type: 'redacted_thinking', data: 'xyz' } },
    { start: { type: 'thinking' }, text: '', signatures: ['alone'] },
    { start: { type: 'text' }, text: 'yes' },
  ])
})

test('[S-27] thoughts of models that sign none have no signature', () => {
  const frames: Frames = [[{ type: 'reasoning', text: 'hm' }], [{ type: 'text', text: 'yes' }], [finish()]]
  expect(read(frames).blocks[0]).toMatchObject({ start: { type: 'thinking', signature: '' }, signatures: [] })
})

test('[S-29] [C-03] a refusal is text, and stops as one with its explanation', () => {
  const said: Frames = [[{ type: 'refusal', text: 'I can’t.' }]]
  expect(textsOf(said)).toEqual([['text', 'I can’t.']])
  for (const reason of ['stop', 'refusal'] as const) {
    expect(read([...said, [finish(reason)]]).stop).toEqual({
      stop_reason: 'refusal',
      stop_sequence: null,
      stop_details: { type: 'refusal', category: null, explanation: 'I can’t.' },
    })
  }
  expect(stopOf([[{ type: 'text', text: 'x' }], [finish('refusal')]])).toBe('refusal')
})

test('[S-31] a stream that the portal cuts ends for max_tokens, unless it had its end already', () => {
  const text: Frames = [[{ type: 'text', text: 'x' }]]
  expect(stopOf(text, { cut: true })).toBe('max_tokens')
  expect(stopOf([...text, [finish()]], { cut: true })).toBe('end_turn')
  expect(stopOf([], { cut: true })).toBe('max_tokens')
})

test('[C-11] the message has an id of Anthropic’s form and the name the client asked for', () => {
  const idOf = (id: string | null) => read([[{ type: 'start', id }], [finish()]]).message
  expect(idOf('chatcmpl-9x')).toMatchObject({ id: 'msg_9x', model: 'asked' })
  expect(idOf(null)).toMatchObject({ id: 'msg_01TEST' })
})

test('[C-12] ids of calls begin with toolu_, also where the upstream gave none', () => {
  const frames: Frames = [[call(0, { id: 'functions.f:0', name: 'f' }), call(1, { name: 'g' })], [finish()]]
  const ids = read(frames).blocks.map(({ start }) => String(start.id))
  expect(ids).toEqual([expect.stringMatching(/^toolu_[\w-]+$/), expect.stringMatching(/^toolu_[\w-]+$/)])
  expect(upstreamToolId(ids[0] ?? '')).toBe('functions.f:0')
})

test('[S-05] calls without ids under one index are told apart by their names, and by what is whole', () => {
  const frames: Frames = [
    [call(0, { name: 'f', input: '{"x":' }), call(0, { input: '"}"}' })],
    [call(0, { name: 'f', input: '{"x":2}' })],
    [call(0, { name: 'g' })],
    [call(0, { name: 'h', input: '{"x":' }), call(0, { name: 'h', input: '3}' })],
    [finish('tool-calls')],
  ]
  const expected = [
    ['f', '{"x":"}"}'],
    ['f', '{"x":2}'],
    ['g', ''],
    ['h', '{"x":3}'],
  ]
  expect(read(frames).blocks.map(({ start, text }) => [start.name, text])).toEqual(expected)
})

test('[S-05] [S-09] a name that comes late, or with every piece, is of the same call', () => {
  const late = [call(0, { input: '{}' }), call(0, { name: 'f' })]
  const repeated = [call(1, { id: 'a', name: 'f', input: '{}' }), call(1, { id: 'a', name: 'f' })]
  expect(read([[...late, ...repeated, finish('tool-calls')]]).blocks.map(({ text }) => text)).toEqual([
    '{}',
    '{}',
  ])
})

test('[S-05] calls that an upstream gives one index are blocks of their own', () => {
  const frames: Frames = [
    [call(0, { id: 'a', name: 'f' })],
    [call(0, { id: 'b', name: 'g', input: '{"y":' }), call(0, { input: '2}' })],
    [finish('tool-calls')],
  ]
  const blocks = read(frames).blocks.map(({ start, text }) => [start.name, text])
  expect(blocks).toEqual([
    ['f', ''],
    ['g', '{"y":2}'],
  ])
})
