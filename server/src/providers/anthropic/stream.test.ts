import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StreamFrame } from '../provider.ts'
import { cutAt } from '../test-cuts.ts'
import { eventsOfFrame } from './events.ts'
import { createStreamReader } from './stream.ts'

type Json = Record<string, unknown>

function framesOf(...parts: (string | Buffer)[]): StreamFrame[] {
  const reader = createStreamReader()
  const frames = [...parts.flatMap((part) => reader.push(Buffer.from(part))), ...reader.end()]
  return frames.map((frame) => ({ ...frame, json: frame.json }))
}
const wire = (events: readonly Json[], eol = '\n') =>
  events.map((event) => `event: ${event.type}${eol}data: ${JSON.stringify(event)}${eol}${eol}`).join('')

const begin = (usage: Json) => ({
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', content: [], usage },
})
const open = (content_block: Json, index = 0) => ({ type: 'content_block_start', index, content_block })
const add = (delta: Json, index = 0) => ({ type: 'content_block_delta', index, delta })
const shut = (index = 0) => ({ type: 'content_block_stop', index })
const end = (delta: Json, usage?: Json) => ({ type: 'message_delta', delta, ...(usage && { usage }) })
const stop = { type: 'message_stop' }

const recorded = [
  begin({ input_tokens: 10, cache_read_input_tokens: 4, cache_creation_input_tokens: 2, output_tokens: 1 }),
  open({ type: 'thinking', thinking: '', signature: '' }),
  { type: 'ping' },
  add({ type: 'thinking_delta', thinking: 'hm' }),
  add({ type: 'signature_delta', signature: 'sig' }),
  shut(),
  open({ type: 'text', text: '' }, 1),
  add({ type: 'text_delta', text: 'Grüße ' }, 1),
  add({ type: 'text_delta', text: '世界 👩‍👩‍👧' }, 1),
  shut(1),
  open({ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }, 2),
  add({ type: 'input_json_delta', partial_json: '' }, 2),
  add({ type: 'input_json_delta', partial_json: '{"a":1}' }, 2),
  shut(2),
  end({ stop_reason: 'tool_use', stop_sequence: null }, { output_tokens: 25 }),
  stop,
]

test('[C-13] an input that comes whole keeps the digits of its numbers', () => {
  const begun = wire([open({ type: 'tool_use', id: 'a', name: 'f', input: { n: 1 } })])
  const [frame] = framesOf(begun.replace('"n":1', '"n":1234567890123456789'))
  expect(frame && eventsOfFrame(frame)).toMatchObject([{ input: '{"n":1234567890123456789}' }])
})

test.each<[Json, string, string]>([
  [begin({}), 'preamble', ''],
  [open({ type: 'text', text: '' }), 'preamble', ''],
  [open({ type: 'text', text: 'x' }), 'content', 'x'],
  [open({ type: 'thinking', thinking: '', signature: '' }), 'preamble', ''],
  [open({ type: 'redacted_thinking', data: 'x' }), 'content', ''],
  [open({ type: 'tool_use', id: 'a', name: 'f', input: {} }), 'content', 'f'],
  [open({ type: 'server_tool_use', id: 'a', name: 'web_search', input: {} }), 'content', 'web_search'],
  [add({ type: 'text_delta', text: '' }), 'preamble', ''],
  [add({ type: 'text_delta', text: 'x' }), 'content', 'x'],
  [add({ type: 'thinking_delta', thinking: 'x' }), 'content', 'x'],
  [add({ type: 'signature_delta', signature: 'x' }), 'preamble', ''],
  [add({ type: 'input_json_delta', partial_json: '' }), 'preamble', ''],
  [add({ type: 'input_json_delta', partial_json: '{' }), 'content', '{'],
  [add({ type: 'citations_delta', citation: {} }), 'preamble', ''],
  [shut(), 'preamble', ''],
  [{ type: 'ping' }, 'preamble', ''],
  [{ type: 'something_new', text: 'x' }, 'preamble', ''],
  [end({ stop_reason: null }, { output_tokens: 1 }), 'preamble', ''],
  [end({ stop_reason: 'end_turn' }), 'finish', ''],
  [end({ stop_reason: 'a_new_one' }), 'finish', ''],
  [stop, 'done', ''],
  [{ type: 'error', error: { type: 'overloaded_error', message: 'Busy' } }, 'error', ''],
])('[S-19] %j is a frame of the kind %s that says "%s"', (event, kind, text) => {
  const data = JSON.stringify(event)
  expect(framesOf(wire([event]))).toMatchObject([{ kind, text, event: event.type, data, json: event }])
})

test.each(['{"type":"content_bl', '5', 'null', '[]'])('the data %s is an error', (data) => {
  expect(framesOf(`event: message_delta\ndata: ${data}\n\n`)).toMatchObject([
    { kind: 'error', failure: { kind: 'malformed' } },
  ])
})

test.each([
  ['overloaded_error', 529],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['invalid_request_error', 400],
  ['timeout_error', 504],
  ['an_error_to_come', null],
])('[S-20] [E-07] the error %s within a stream should have had the status %s', (type, status) => {
  expect(framesOf(wire([{ type: 'error', error: { type, message: 'Busy' } }]))[0]?.failure).toMatchObject({
    kind: 'stream',
    status,
    message: 'Busy',
  })
})

test('[S-16] [S-17] any cut of any spelling of a recorded stream gives the same frames', () => {
  const plain = framesOf(wire(recorded))
  expect(plain).toHaveLength(recorded.length)
  const spelling = fc.record({
    eol: fc.constantFrom('\n', '\r\n', '\r'),
    form: fc.constantFrom('named', 'unnamed', 'tight', 'commented'),
    cuts: fc.array(fc.nat(3000), { maxLength: 40 }),
    isClosed: fc.boolean(),
  })
  fc.assert(
    fc.property(spelling, ({ eol, form, cuts, isClosed }) => {
      const named = wire(recorded, eol)
      const events = {
        named,
        unnamed: named.replace(/^event: \w+[\r\n]+/gm, ''),
        tight: named.replaceAll('data: ', 'data:'),
        commented: named.replaceAll('event: ', `: hello${eol}event: `),
      }[form]
      const bytes = Buffer.from(isClosed ? events : events.slice(0, -2 * eol.length))
      expect(framesOf(...cutAt(bytes, cuts))).toEqual(plain)
    }),
    { numRuns: 300 },
  )
})

test('[S-16] [S-17] a stream cut at each byte gives the same frames', () => {
  const bytes = Buffer.from(wire(recorded, '\r\n'))
  expect(framesOf(...Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)))).toEqual(framesOf(wire(recorded)))
})

test('a frame tells what was produced, whether it ended, and the model’s name', () => {
  const frames = framesOf(wire(recorded))
  expect(frames.map(({ text }) => text).join('')).toBe('hmGrüße 世界 👩‍👩‍👧f{"a":1}')
  expect(frames.flatMap(({ finished }) => finished)).toEqual([0])
  expect(frames.flatMap(({ model }) => model ?? [])).toEqual(['m'])
})

const usagesOf = (...events: Json[]) => framesOf(wire(events)).flatMap(({ usage }) => usage ?? [])
const cached = {
  input_tokens: 10,
  cache_read_input_tokens: 4,
  cache_creation_input_tokens: 2,
  output_tokens: 1,
}

test('[S-13] [C-08] what the end leaves out stays as the start told it; a cache’s part is input', () => {
  const input = { input: 16, cached: 4, cacheWritten: 2 }
  expect(usagesOf(begin(cached), end({ stop_reason: 'end_turn' }, { output_tokens: 25 }))).toEqual([
    { ...input, output: null, reasoning: null },
    { ...input, output: 25, reasoning: null },
  ])
})

test('[S-13] the length told at the start is a placeholder, and none where the end tells no other', () => {
  const details = { output_tokens_details: { thinking_tokens: 1 } }
  const usages = usagesOf(
    begin({ ...cached, ...details }),
    end({ stop_reason: 'end_turn' }, { input_tokens: 10 }),
  )
  expect(usages.at(-1)).toMatchObject({ input: 16, output: null, reasoning: null })
})

test('[S-12] [C-10] of what start and end both tell the end counts, and nothing is added up', () => {
  const told = {
    ...cached,
    input_tokens: 12,
    output_tokens: 25,
    output_tokens_details: { thinking_tokens: 9 },
  }
  expect(usagesOf(begin(cached), end({ stop_reason: 'end_turn' }, told)).at(-1)).toEqual({
    input: 18,
    cached: 4,
    cacheWritten: 2,
    output: 25,
    reasoning: 9,
  })
})

test('[L-13] counts that were not told are null, and zero is zero', () => {
  expect(usagesOf(end({ stop_reason: 'end_turn' }, { output_tokens: 0, input_tokens: null }))).toEqual([
    { input: null, cached: null, cacheWritten: null, output: 0, reasoning: null },
  ])
  expect(usagesOf(end({ stop_reason: 'end_turn' }))).toEqual([])
})

test('two streams know nothing of each other', () => {
  const [one, other] = [createStreamReader(), createStreamReader()]
  one.push(Buffer.from(wire([begin(cached)])))
  const frames = other.push(Buffer.from(wire([end({ stop_reason: 'end_turn' }, { output_tokens: 1 })])))
  expect(frames[0]?.usage?.input).toBeNull()
})

test('[S-04] [S-26] the frames of a recorded stream say what it says', () => {
  expect(framesOf(wire(recorded)).flatMap(eventsOfFrame)).toEqual([
    { type: 'start', id: 'msg_1' },
    { type: 'reasoning', text: 'hm' },
    { type: 'reasoning-signature', signature: 'sig' },
    { type: 'text', text: 'Grüße ' },
    { type: 'text', text: '世界 👩‍👩‍👧' },
    { type: 'tool-call', key: 2, id: 'toolu_1', name: 'f', input: '' },
    { type: 'tool-call', key: 2, id: null, name: null, input: '{"a":1}' },
    { type: 'finish', reason: 'tool-calls', native: 'tool_use', stopSequence: null },
  ])
})

test('[GW-U8] an event beyond 8 MiB is an error, not memory', () => {
  const reader = createStreamReader()
  const frames = reader.push(Buffer.from('data: '))
  for (let i = 0; i < 9 && frames.length === 0; i++)
    frames.push(...reader.push(Buffer.alloc(1024 * 1024, 'a')))
  expect(frames.map(({ kind }) => kind)).toEqual(['error'])
})

test('noise is no exception', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const frames = framesOf(`data: ${json}\n\n`)
      expect(Array.isArray(frames.flatMap(eventsOfFrame))).toBe(true)
    }),
  )
})
