import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStreamReader as createAnthropicReader } from './anthropic/stream.ts'
import { createStreamReader } from './openai/stream.ts'
import { createPlainChunks } from './plain-chunks.ts'
import type { StreamFrame } from './provider.ts'

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

const spelling = { fields: ['content'], addsOnlyText: () => true }

function learnt(data: string) {
  const chunks = createPlainChunks(spelling)
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

const anthropicEvents = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('text_delta'), text }),
    fc.record({ type: fc.constant('thinking_delta'), thinking: text }),
    fc.record({ type: fc.constant('input_json_delta'), partial_json: text }),
    fc.record({ type: fc.constant('text_delta'), text, thinking: text }),
  ),
  { maxLength: 12 },
)

test.each(spacings)(
  '[GW-A4] Anthropic’s stream too reads as its events do one by one, spelled by %s',
  (spell) => {
    fc.assert(
      fc.property(anthropicEvents, fc.nat(2), (deltas, index) => {
        const events = deltas.map((delta) => spell({ type: 'content_block_delta', index, delta }))
        const bytes = (data: string) => Buffer.from(`event: content_block_delta\ndata: ${data}\n\n`)
        const reader = createAnthropicReader()
        const together = events.flatMap((data) => reader.push(bytes(data)))
        const alone = events.flatMap((data) => createAnthropicReader().push(bytes(data)))
        expect(together.map(inFull)).toEqual(alone)
      }),
      { numRuns: 500 },
    )
  },
)
