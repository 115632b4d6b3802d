import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StreamFrame } from '../provider.ts'
import { createPlainChunks } from './plain-chunks.ts'
import { createStreamReader } from './stream.ts'

const frameOf = (data: string) => createStreamReader().push(Buffer.from(`data: ${data}\n\n`))[0]
/** With what is read on demand. */
const inFull = (frame: StreamFrame | undefined) => frame && { ...frame, json: frame.json }
const spacings = [(json: object) => JSON.stringify(json), (json: object) => pythonic(json)]

/** As Python's json.dumps spells it. */
const pythonic = (json: object): string =>
  JSON.stringify(json, null, 1)
    .replace(/\n\s*/g, ' ')
    .replace(/([{[]) /g, '$1')
    .replace(/ ([}\]])/g, '$1')

const text = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom('"content":"', '"},"finish_reason":null}]}', '\\', 'x'),
)
const extra = fc.constantFrom(
  {},
  { role: 'assistant' },
  { content: null },
  { reasoning_content: 'hm' },
  { refusal: 'x' },
  { tool_calls: [{ index: 0, function: { name: 'f', arguments: '{"content":"x"}' } }] },
  { annotations: [{ content: 'x' }] },
)
const rest = fc.constantFrom(
  {},
  { usage: null },
  { usage: { prompt_tokens: 1 } },
  { model: 'other' },
  { x: 'x' },
)
const chunks = fc.array(
  fc.record({
    content: text,
    extra,
    rest,
    index: fc.constantFrom(0, 1),
    finish: fc.constantFrom(null, null, null, 'stop'),
  }),
  { maxLength: 12 },
)

test.each(spacings)('[GW-A4] a stream reads as its chunks do one by one, spelled by %s', (spell) => {
  fc.assert(
    fc.property(chunks, (sent) => {
      const events = sent.map(({ content, extra, rest, index, finish }) =>
        spell({
          id: 'c',
          model: 'm',
          choices: [{ index, delta: { content, ...extra }, finish_reason: finish }],
          ...rest,
        }),
      )
      const reader = createStreamReader()
      const together = events.flatMap((data) => reader.push(Buffer.from(`data: ${data}\n\n`)))
      expect(together.map(inFull)).toEqual(events.map(frameOf))
    }),
    { numRuns: 500 },
  )
})

const said = (content: string, more: object = {}) =>
  JSON.stringify({ model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more })

function learnt(data: string) {
  const chunks = createPlainChunks()
  const frame = frameOf(data)
  if (frame) chunks.learn(frame)
  return chunks
}

test('a chunk like the one before is read without parsing', () => {
  expect(learnt(said('Hel')).read(said('lo, Grüße 世界 👩‍👩‍👧'))).toMatchObject({
    kind: 'content',
    model: 'm',
    text: 'lo, Grüße 世界 👩‍👩‍👧',
  })
})

test.each([
  ['an escape', said('Hel'), said('"')],
  ['another field', said('Hel'), said('lo', { x: 1 })],
  ['an end', said('Hel'), said('lo').replace('null', '"stop"')],
  ['less than the frame around it', said('Hel'), said('').slice(0, -3)],
  [
    'a place learnt that is not the only one',
    said('x', { also: { content: 'x' } }),
    said('y', { also: { content: 'x' } }),
  ],
])('a chunk with %s is parsed', (_, first, second) => {
  expect(learnt(first).read(second)).toBeNull()
})
