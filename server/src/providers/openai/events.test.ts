import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventsOfAnswer, eventsOfFrame } from './events.ts'
import { readAnswer } from './response.ts'
import { createStreamReader } from './stream.ts'

function eventsOf(message: unknown, choice: Record<string, unknown> = {}) {
  const body = JSON.stringify({ id: 'c', choices: [{ index: 0, message, finish_reason: 'stop', ...choice }] })
  const answer = readAnswer(body)
  if ('kind' in answer) throw new Error(`not read: ${answer.kind}`)
  return eventsOfAnswer(answer)
}
const streamed = (...chunks: unknown[]) =>
  createStreamReader()
    .push(Buffer.from(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')))
    .flatMap(eventsOfFrame)
const chunk = (delta: unknown, choice: Record<string, unknown> = {}) => ({
  id: 'c',
  choices: [{ index: 0, delta, finish_reason: null, ...choice }],
})
const call = (id: string, input: unknown) => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: input },
})
const finish = (reason: string, native: string | null) => ({
  type: 'finish',
  reason,
  native,
  stopSequence: null,
})

test('[C-01] [C-04] every call is told, and an answer with calls ends in them, whatever the server says', () => {
  const message = { content: null, tool_calls: [call('a', '{"x":1}'), call('b', '{}')] }
  expect(eventsOf(message)).toEqual([
    { type: 'start', id: 'c' },
    { type: 'tool-call', key: 0, id: 'a', name: 'f', input: '{"x":1}' },
    { type: 'tool-call', key: 1, id: 'b', name: 'f', input: '{}' },
    finish('tool-calls', 'stop'),
  ])
})

test('[C-13] arguments that come as an object keep the digits of their numbers, whole and streamed', () => {
  const input = '{"n":1234567890123456789}'
  const calls = `{"tool_calls":[{"id":"a","function":{"name":"f","arguments":${input}}}]}`
  const answer = readAnswer(`{"choices":[{"message":${calls}}]}`)
  if ('kind' in answer) throw new Error(`not read: ${answer.kind}`)
  expect(eventsOfAnswer(answer)).toContainEqual(expect.objectContaining({ type: 'tool-call', input }))
  const [frame] = createStreamReader().push(Buffer.from(`data: {"choices":[{"delta":${calls}}]}\n\n`))
  expect(frame && eventsOfFrame(frame)).toMatchObject([{ type: 'tool-call', input }])
})

test.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'refusal'],
  ['eos', 'stop'],
  ['constructor', 'stop'],
])('[C-02] [S-30] the finish reason %s is read as %s, and kept', (native, reason) => {
  expect(eventsOf({ content: 'x' }, { finish_reason: native }).at(-1)).toEqual(finish(reason, native))
  expect(streamed(chunk({}, { finish_reason: native }))).toEqual([finish(reason, native)])
})

test('[C-03] [S-29] a refusal is told as one', () => {
  expect(eventsOf({ content: null, refusal: 'No.' })).toEqual([
    { type: 'start', id: 'c' },
    { type: 'refusal', text: 'No.' },
    finish('refusal', 'stop'),
  ])
  expect(streamed(chunk({ refusal: 'No.' }))).toEqual([{ type: 'refusal', text: 'No.' }])
})

test.each([
  [{ stop_reason: 'END' }, 'END'],
  [{ matched_stop: 'END' }, 'END'],
  [{ stop_reason: 128_009 }, null],
  [{}, null],
])('[C-05] of %j the string that ended the answer is %j', (choice, stopSequence) => {
  expect(eventsOf({ content: 'x' }, choice).at(-1)).toMatchObject({ stopSequence })
  expect(streamed(chunk({}, { finish_reason: 'stop', ...choice }))).toMatchObject([{ stopSequence }])
})

test('[C-06] a call cut short by the length stays an answer cut short', () => {
  const message = { content: null, tool_calls: [call('a', '{"x":')] }
  expect(eventsOf(message, { finish_reason: 'length' }).slice(1)).toEqual([
    { type: 'tool-call', key: 0, id: 'a', name: 'f', input: '{"x":' },
    finish('length', 'length'),
  ])
})

test('[C-07] an answer of nothing, or of thoughts alone, ends as any other', () => {
  expect(eventsOf({ content: '' })).toEqual([{ type: 'start', id: 'c' }, finish('stop', 'stop')])
  expect(eventsOf(null, { finish_reason: null })).toEqual([{ type: 'start', id: 'c' }, finish('stop', null)])
  expect(eventsOf({ reasoning_content: 'hm', content: null }).map(({ type }) => type)).toEqual([
    'start',
    'reasoning',
    'finish',
  ])
})

test('thoughts come before what they led to, under either name', () => {
  for (const name of ['reasoning_content', 'reasoning'])
    expect(eventsOf({ content: 'So', [name]: 'hm' }).slice(1, 3)).toEqual([
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'So' },
    ])
})

test('[S-03] [S-05] [S-09] calls that come in pieces keep apart by their index', () => {
  const piece = (index: number, fields: object) => ({ index, ...fields })
  const events = streamed(
    chunk({ role: 'assistant', content: '' }),
    chunk({ tool_calls: [piece(0, call('a', '')), piece(1, call('b', ''))] }),
    chunk({ tool_calls: [piece(1, { function: { arguments: '{' } })] }),
    chunk({ tool_calls: [piece(0, { function: { arguments: '[' } })] }),
  )
  const nobody = { id: null, name: null }
  expect(events).toEqual([
    { type: 'start', id: 'c' },
    { type: 'tool-call', key: 0, id: 'a', name: 'f', input: '' },
    { type: 'tool-call', key: 1, id: 'b', name: 'f', input: '' },
    { type: 'tool-call', key: 1, ...nobody, input: '{' },
    { type: 'tool-call', key: 0, ...nobody, input: '[' },
  ])
})

test('whole calls keep apart, whatever index they have', () => {
  const calls = [
    { index: 0, ...call('a', '{}') },
    { index: 0, ...call('b', '{}') },
  ]
  expect(eventsOf({ tool_calls: calls }).slice(1, 3)).toMatchObject([
    { key: 0, id: 'a' },
    { key: 1, id: 'b' },
  ])
  expect(streamed(...calls.map((one) => chunk({ tool_calls: [one] })))).toMatchObject([
    { id: 'a', name: 'f' },
    { id: 'b', name: 'f' },
  ])
})

test('content in parts is told as its texts and its thoughts', () => {
  const part = (text: string) => ({ type: 'text', text })
  const content = [
    { type: 'thinking', thinking: [part('h'), part('m')] },
    part('So '),
    null,
    { type: 'image_url' },
    part('it is'),
  ]
  const told = [
    { type: 'reasoning', text: 'hm' },
    { type: 'text', text: 'So it is' },
  ]
  expect(eventsOf({ content }).slice(1, 3)).toEqual(told)
  expect(streamed(chunk({ content }))).toEqual(told)
})

test('arguments sent as an object are JSON, and a legacy function call is none', () => {
  expect(eventsOf({ tool_calls: [call('a', { x: 1 })] })[1]).toMatchObject({ input: '{"x":1}' })
  expect(eventsOf({ function_call: { name: 'f', arguments: '{}' } })).toHaveLength(2)
})

test('[S-11] chunks without a choice, and other choices, say nothing', () => {
  expect(
    streamed({ choices: [] }, { usage: {} }, chunk({ content: 'x' }, { index: 1 }), { choices: [null] }),
  ).toEqual([])
})

test('a chunk read without parsing says what it says', () => {
  const texts = ['Hel', 'lo ', 'world']
  expect(streamed(...texts.map((content) => chunk({ content })))).toEqual(
    texts.map((text) => ({ type: 'text', text })),
  )
})

test('noise is no exception', () => {
  fc.assert(
    fc.property(fc.json(), fc.json(), (delta, message) => {
      expect(Array.isArray(streamed(chunk(JSON.parse(delta))))).toBe(true)
      expect(Array.isArray(eventsOf(JSON.parse(message)))).toBe(true)
    }),
  )
})
