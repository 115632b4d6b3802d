import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StreamFrame } from '../provider.ts'
import { cutAt } from '../test-cuts.ts'
import { readAnswer } from './response.ts'
import { createStreamReader } from './stream.ts'

const chunk = (fields: object) =>
  JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', ...fields })
const said = (delta: object, finish_reason: string | null = null, index = 0) =>
  chunk({ choices: [{ index, delta, finish_reason }] })
const usage = { prompt_tokens: 5, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 2 } }

function framesOf(...parts: (string | Buffer)[]): StreamFrame[] {
  const reader = createStreamReader()
  return [...parts.flatMap((part) => reader.push(Buffer.from(part))), ...reader.end()]
}
const eventsText = (data: readonly string[], eol = '\n') =>
  data.map((one) => `data: ${one}${eol}${eol}`).join('')

const recorded = [
  said({ role: 'assistant', content: '' }),
  chunk({ choices: [] }),
  said({ content: 'Grüße 世界 👩‍👩‍👧' }),
  said({ reasoning_content: 'hm' }),
  said({ tool_calls: [{ index: 0, function: { name: 'f', arguments: '{"a":' } }] }),
  said({ refusal: 'no' }),
  said({}, 'stop'),
  chunk({ choices: [], usage }),
  '[DONE]',
]

test.each([
  [said({ role: 'assistant', content: '' }), 'preamble'],
  [chunk({ choices: [] }), 'preamble'],
  [chunk({ choices: null }), 'preamble'],
  [chunk({}), 'preamble'],
  [said({ content: 'x' }), 'content'],
  [said({ reasoning: 'x' }), 'content'],
  [said({ refusal: 'x' }), 'content'],
  [said({ tool_calls: [{ index: 0, function: { name: 'f' } }] }), 'content'],
  [said({ tool_calls: [null, { index: 0 }] }), 'content'],
  [said({ role: 'assistant', content: '', refusal: null, tool_calls: [], audio: {} }), 'preamble'],
  [said({ role: 'assistant', content: [] }), 'preamble'],
  [said({ content: [{ type: 'text', text: 'x' }] }), 'content'],
  [said({ function_call: { name: 'f', arguments: '' } }), 'content'],
  [said({ content: '', audio: { data: 'AA' } }), 'content'],
  [said({ content: null, images: [{ image_url: { url: 'data:image/png;base64,AA' } }] }), 'content'],
  [said({}, 'stop'), 'finish'],
  [said({ content: 'x' }, 'weird'), 'finish'],
  [chunk({ choices: [], usage }), 'usage'],
  [chunk({ choices: [], usage: null }), 'preamble'],
  ['[DONE]', 'done'],
  ['{"error": {"message": "x"}}', 'error'],
  ['{"error": "x"}', 'error'],
  ['{"id": "c", "cho', 'error'],
  ['5', 'error'],
  ['null', 'error'],
])('%s is a frame of the kind %s', (data, kind) => {
  expect(framesOf(eventsText([data])).map((frame) => frame.kind)).toEqual([kind])
})

test('[GW-A4] any cut of any spelling of a recorded stream gives the same frames', () => {
  const plain = framesOf(eventsText(recorded))
  expect(plain).toHaveLength(recorded.length)
  const spelling = fc.record({
    eol: fc.constantFrom('\n', '\r\n', '\r'),
    comments: fc.boolean(),
    cuts: fc.array(fc.nat(3000), { maxLength: 40 }),
    isClosed: fc.boolean(),
  })
  fc.assert(
    fc.property(spelling, ({ eol, comments, cuts, isClosed }) => {
      const events = recorded
        .map((data) => `${comments ? `: hello${eol}` : ''}data: ${data}${eol}${eol}`)
        .join('')
      const bytes = Buffer.from(isClosed ? events : events.slice(0, -2 * eol.length))
      expect(framesOf(...cutAt(bytes, cuts))).toEqual(plain)
    }),
    { numRuns: 300 },
  )
})

test('[GW-A4] a stream cut at each byte gives the same frames', () => {
  const bytes = Buffer.from(eventsText(recorded, '\r\n'))
  expect(framesOf(...Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)))).toEqual(
    framesOf(eventsText(recorded)),
  )
})

test('a frame tells what was produced, which choices ended, and what was used', () => {
  const frames = framesOf(eventsText(recorded))
  expect(frames.map(({ text }) => text).join('')).toBe('Grüße 世界 👩‍👩‍👧hmf{"a":no')
  expect(frames.flatMap(({ finished }) => finished)).toEqual([0])
  expect(frames.find(({ usage: found }) => found)?.usage).toEqual({
    input: 5,
    output: 0,
    cached: 2,
    cacheWritten: null,
    reasoning: null,
  })
  const both = chunk({ choices: [0, 1].map((index) => ({ index, delta: {}, finish_reason: 'stop' })) })
  expect(framesOf(eventsText([both]))[0]?.finished).toEqual([0, 1])
})

const part = (text: string) => ({ type: 'text', text })

test.each([
  [{ reasoning_content: 'hm', reasoning: 'hm' }, 'hm'],
  [{ reasoning_content: null, reasoning: 'hm' }, 'hm'],
  [{ content: [part('a'), { type: 'thinking', thinking: [part('hm')] }, part('b')] }, 'abhm'],
  [{ content: [{ type: 'thinking', thinking: 'hm' }, null, 5] }, 'hm'],
  [{ function_call: { name: 'f', arguments: '{"a":1}' } }, 'f{"a":1}'],
])('of %j all that was produced is counted, once: %s', (delta, text) => {
  expect(framesOf(eventsText([said(delta)]))[0]?.text).toBe(text)
  const answer = readAnswer(JSON.stringify({ choices: [{ message: delta }] }))
  expect(answer).toMatchObject({ text })
})

test('an error names the status it should have had', () => {
  const failureOf = (error: unknown) => framesOf(eventsText([JSON.stringify({ error })]))[0]?.failure
  expect(failureOf({ message: 'Busy', code: 429 })).toMatchObject({
    status: 429,
    message: 'Busy',
    code: '429',
  })
  expect(failureOf({ message: 'Busy', code: '503' })).toMatchObject({ status: 503 })
  expect(failureOf({ message: 'Busy', status: 529 })).toMatchObject({ status: 529 })
  expect(failureOf({ message: 'Busy', code: 'overloaded' })).toMatchObject({ status: null })
  expect(failureOf({ message: 'Busy', code: 17 })).toMatchObject({ status: null })
})

test('[GW-U8] an event beyond 8 MiB is an error, not memory', () => {
  const reader = createStreamReader()
  const frames = reader.push(Buffer.from('data: '))
  for (let i = 0; i < 9 && frames.length === 0; i++)
    frames.push(...reader.push(Buffer.alloc(1024 * 1024, 'a')))
  expect(frames.map(({ kind }) => kind)).toEqual(['error'])
})

test('no bytes at all give no frames, and noise no exception', () => {
  expect(framesOf()).toEqual([])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      expect(Array.isArray(framesOf(Buffer.from(noise)))).toBe(true)
    }),
  )
})
