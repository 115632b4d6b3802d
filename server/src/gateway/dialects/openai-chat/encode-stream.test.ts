import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gathered } from '../gathered.ts'
import { anyAnswer, inputsSaid, textSaid } from '../test-answers.ts'
import { call, encoded, finish } from '../test-frames.ts'
import { checkOpenAiStream } from '../test-grammar.ts'
import { openAiChat } from './index.ts'

type Frames = Parameters<typeof encoded>[1]
type Options = Parameters<typeof encoded>[2]

const read = (frames: Frames, options: Options = {}) =>
  checkOpenAiStream(encoded(openAiChat, frames, options))
const said = (frames: Frames, options: Options = {}) => read(frames, options).choices[0]

test('[S-02] [S-04] any mixture of texts, thoughts and calls is a stream in order, and nothing is lost', () => {
  fc.assert(
    fc.property(anyAnswer, ({ frames, cut }) => {
      const choice = said(frames, { cut })
      expect(choice?.text).toBe(textSaid(frames, 'text'))
      expect(choice?.reasoning).toBe(textSaid(frames, 'reasoning'))
      const isWhole = choice?.finishReason === 'tool_calls'
      const inputs = [...inputsSaid(frames)].map(([name, input]) => [name, input || (isWhole ? '{}' : '')])
      expect(new Map(choice?.calls.map((one) => [one.name, one.arguments]))).toEqual(new Map(inputs as []))
    }),
    { numRuns: 1000 },
  )
})

test('[S-02] the role comes first, the finish last, then the counts where they are wanted', () => {
  const frames: Frames = [[{ type: 'start', id: 'msg_1' }], [{ type: 'text', text: 'x' }], [finish()]]
  const events = encoded(openAiChat, frames).split('\n\n')
  expect(events[0]).toContain('"delta":{"role":"assistant","content":""}')
  expect(read(frames).usage).toMatchObject({ prompt_tokens: 100 })
  expect(read(frames, { wantsUsage: false }).usage).toBeNull()
})

test('[S-04] calls are counted among themselves, not among blocks', () => {
  const frames: Frames = [
    [{ type: 'text', text: 'x' }],
    [call(1, { id: 'a', name: 'f' })],
    [call(1, { input: '{"x":1}' })],
    [call(4, { id: 'b', name: 'g', input: '{}' })],
    [finish('tool-calls')],
  ]
  expect(said(frames)?.calls).toEqual([
    { id: 'a', name: 'f', arguments: '{"x":1}' },
    { id: 'b', name: 'g', arguments: '{}' },
  ])
})

test('[S-06] a call without arguments has an empty object of them, a call that was cut has what there is', () => {
  const bare = [call(0, { id: 'a', name: 'f' })]
  expect(said([bare, [finish('tool-calls')]])?.calls[0]?.arguments).toBe('{}')
  expect(said([bare, [finish('length')]])).toMatchObject({
    finishReason: 'length',
    calls: [{ arguments: '' }],
  })
  expect(said([bare], { cut: true })).toMatchObject({ finishReason: 'length', calls: [{ arguments: '' }] })
})

test('[C-02] every end has its finish_reason, and the upstream’s own word beside it', () => {
  const endOf = (event: Parameters<typeof finish>[0], native = 'raw') => {
    const choice = said([[{ type: 'text', text: 'x' }], [finish(event, { native })]])
    return [choice?.finishReason, choice?.nativeFinishReason]
  }
  expect(endOf('stop', 'end_turn')).toEqual(['stop', 'end_turn'])
  expect(endOf('length')).toEqual(['length', 'raw'])
  expect(endOf('context-full')).toEqual(['length', 'raw'])
  expect(endOf('refusal')).toEqual(['content_filter', 'raw'])
  expect(endOf('pause')).toEqual(['stop', 'raw'])
  expect(endOf('tool-calls')).toEqual(['stop', 'raw'])
})

test('[C-04] a stop after calls is tool_calls', () => {
  expect(said([[call(0, { id: 'a', name: 'f', input: '{}' })], [finish('stop')]])?.finishReason).toBe(
    'tool_calls',
  )
})

test('[S-29] [C-03] a refusal is told as one', () => {
  const refused: Frames = [[{ type: 'refusal', text: 'No.' }]]
  for (const reason of ['refusal', 'stop'] as const) {
    expect(said([...refused, [finish(reason)]])).toMatchObject({
      refusal: 'No.',
      finishReason: 'content_filter',
    })
  }
})

test('[A-27] thoughts arrive as text, and once more as blocks that their model takes back', () => {
  const frames: Frames = [
    [{ type: 'reasoning', text: 'h' }],
    [{ type: 'reasoning', text: 'm' }],
    [{ type: 'reasoning-signature', signature: 'sig' }],
    [{ type: 'redacted-reasoning', data: 'xyz' }],
    [{ type: 'reasoning', text: 'unsigned' }],
    [{ type: 'text', text: 'yes' }],
    [finish()],
  ]
  expect(said(frames)).toMatchObject({
    reasoning: 'hmunsigned',
    thinkingBlocks: [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'redacted_thinking', data: 'xyz' },
    ],
  })
})

test('[S-30] [S-31] a stream without an end of its own gets one', () => {
  const text: Frames = [[{ type: 'text', text: 'x' }]]
  expect(said(text)?.finishReason).toBe('stop')
  expect(said(text, { cut: true })?.finishReason).toBe('length')
  expect(said([...text, [finish()]], { cut: true })?.finishReason).toBe('stop')
  expect(said([], { cut: true })?.finishReason).toBe('length')
})

test('[C-11] chunks have an id of OpenAI’s form and the name the client asked for', () => {
  expect(read([[{ type: 'start', id: 'msg_9' }], [finish()]])).toMatchObject({
    id: 'chatcmpl-9',
    model: 'asked',
  })
  expect(read([[finish()]]).id).toBe('chatcmpl-01TEST')
})

test('[C-08] [C-10] counts: cache and thoughts are part of the whole', () => {
  expect(read([[finish()]]).usage).toEqual({
    prompt_tokens: 100,
    completion_tokens: 40,
    total_tokens: 140,
    prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 20 },
    completion_tokens_details: { reasoning_tokens: 5 },
  })
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
    ['g', '{}'],
    ['h', '{"x":3}'],
  ]
  expect(said(frames)?.calls.map((one) => [one.name, one.arguments])).toEqual(expected)
  expect(gathered(frames.flat()).parts).toMatchObject(
    expected.map(([name, input]) => ({ name, input: name === 'g' ? '' : input })),
  )
})

test('[S-05] calls that an upstream gives one index are calls of their own', () => {
  const frames: Frames = [
    [call(0, { id: 'a', name: 'f' })],
    [call(0, { id: 'b', name: 'g', input: '{"y":' }), call(0, { input: '2}' })],
    [call(0, { id: 'b', name: 'g' })],
    [finish('tool-calls')],
  ]
  expect(said(frames)?.calls).toEqual([
    { id: 'a', name: 'f', arguments: '{}' },
    { id: 'b', name: 'g', arguments: '{"y":2}' },
  ])
  expect(gathered(frames.flat()).parts).toMatchObject([
    { id: 'a', name: 'f', input: '' },
    { id: 'b', name: 'g', input: '{"y":2}' },
  ])
})
