import { expect, test } from 'vitest'
import type { Answer } from '../provider.ts'
import { readError } from './errors.ts'
import { eventsOfAnswer } from './events.ts'
import { readAnswer } from './response.ts'

const message = (fields: Record<string, unknown>) =>
  JSON.stringify({
    id: 'msg_1',
    type: 'message',
    model: 'm',
    content: [],
    stop_reason: 'end_turn',
    ...fields,
  })

function answerOf(fields: Record<string, unknown>): Answer {
  const answer = readAnswer(message(fields))
  if ('kind' in answer) throw new Error(`not read: ${answer.kind}`)
  return answer
}
const eventsOf = (fields: Record<string, unknown>) => eventsOfAnswer(answerOf(fields))

test('[C-08] a whole answer is kept as it came, its text and its counts read', () => {
  const fields = {
    content: [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 'a', name: 'f', input: { a: 1 } },
    ],
    usage: { input_tokens: 10, cache_read_input_tokens: 4, cache_creation_input_tokens: 2, output_tokens: 7 },
  }
  expect(answerOf(fields)).toEqual({
    body: message(fields),
    json: JSON.parse(message(fields)),
    text: 'hmHif{"a":1}',
    usage: { input: 16, cached: 4, cacheWritten: 2, output: 7, reasoning: null },
  })
})

test('[C-01] every call of an answer is told, one without input with {}', () => {
  const content = [
    { type: 'redacted_thinking', data: 'x' },
    { type: 'tool_use', id: 'a', name: 'f', input: { a: 1 } },
    { type: 'tool_use', id: 'b', name: 'g', input: {} },
    { type: 'web_search_tool_result', content: [] },
  ]
  expect(eventsOf({ content, stop_reason: 'tool_use' })).toEqual([
    { type: 'start', id: 'msg_1' },
    { type: 'redacted-reasoning', data: 'x' },
    { type: 'tool-call', key: 1, id: 'a', name: 'f', input: '{"a":1}' },
    { type: 'tool-call', key: 2, id: 'b', name: 'g', input: '{}' },
    { type: 'finish', reason: 'tool-calls', native: 'tool_use', stopSequence: null },
  ])
})

test.each([
  ['end_turn', 'stop'],
  ['max_tokens', 'length'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool-calls'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
  ['model_context_window_exceeded', 'context-full'],
  ['constructor', 'stop'],
])('[C-02] [S-30] the stop reason %s is read as %s, and kept', (native, reason) => {
  expect(eventsOf({ stop_reason: native }).at(-1)).toMatchObject({ type: 'finish', reason, native })
})

test('[C-03] a refusal says why, where Anthropic does', () => {
  const stop_details = { type: 'refusal', category: 'bio', explanation: 'No.' }
  expect(eventsOf({ stop_reason: 'refusal', stop_details }).slice(1)).toEqual([
    { type: 'refusal', text: 'No.' },
    { type: 'finish', reason: 'refusal', native: 'refusal', stopSequence: null },
  ])
})

test('[C-05] the string that ended an answer is told', () => {
  expect(eventsOf({ stop_reason: 'stop_sequence', stop_sequence: 'END' }).at(-1)).toMatchObject({
    stopSequence: 'END',
  })
})

test.each(['max_tokens', 'model_context_window_exceeded', 'refusal'])(
  '[C-06] the last call of an answer that ends for %s had no input yet; those before it are whole',
  (stop_reason) => {
    const call = { type: 'tool_use', id: 'a', name: 'f', input: {} }
    const text = { type: 'text', text: 'x' }
    const inputs = (...content: object[]) =>
      eventsOf({ content, stop_reason }).flatMap((event) => (event.type === 'tool-call' ? [event.input] : []))
    expect(inputs(call, call)).toEqual(['{}', ''])
    expect(inputs(call, text)).toEqual(['{}'])
  },
)

test('[C-13] the numbers of a call’s input keep their spelling', () => {
  const input = '{"tweet":1234567890123456789,"share":1.0,"far":-0,"wide":1e400,"text":"1.0"}'
  const body = message({}).replace('[]', `[{"type":"tool_use","id":"a","name":"f","input":${input}}]`)
  const answer = readAnswer(body)
  if ('kind' in answer) throw new Error(`not read: ${answer.kind}`)
  expect(eventsOfAnswer(answer)).toContainEqual(expect.objectContaining({ type: 'tool-call', input }))
})

test('[C-07] an answer of nothing, or of thoughts alone, ends as any other', () => {
  expect(eventsOf({}).map(({ type }) => type)).toEqual(['start', 'finish'])
  const content = [{ type: 'thinking', thinking: 'hm', signature: '' }]
  expect(eventsOf({ content }).map(({ type }) => type)).toEqual(['start', 'reasoning', 'finish'])
})

test.each(['', 'x', '[]', '5', 'null', '{}', '{"content":{}}', '{"content":"x"}'])(
  'the body %j is no message',
  (body) => {
    expect(readAnswer(body)).toMatchObject({ kind: 'malformed' })
  },
)

test('the odd body is no crash', () => {
  expect(eventsOf({ content: [null, 5, {}, { type: 'text', text: 7 }] }).map(({ type }) => type)).toEqual([
    'start',
    'finish',
  ])
})

test('an error inside a 200 is a failure with the status that it should have had', () => {
  const body = '{"type":"error","error":{"type":"overloaded_error","message":"Busy"}}'
  expect(readAnswer(body)).toMatchObject({ kind: 'stream', status: 529, message: 'Busy' })
})

test.each([
  ['{"type":"error","error":{"type":"invalid_request_error","message":"Bad"},"request_id":"r"}', 'Bad', null],
  [
    '{"type":"error","error":{"type":"x","message":"Bad","details":{"error_code":"thread_not_found"}}}',
    'Bad',
    'thread_not_found',
  ],
  ['{"error":"Bad"}', 'Bad', null],
  ['<html>529</html>', null, null],
  ['', null, null],
])('[E-03] [E-06] the error body %s is read', (body, message, code) => {
  expect(readError(400, {}, body)).toMatchObject({ kind: 'status', status: 400, message, code })
})

test('[E-07] a status and the wait it asks for are kept', () => {
  expect(readError(529, { 'retry-after': '2' }, '')).toMatchObject({ status: 529, retryAfterMs: 2000 })
})

test('that the operator’s account is empty is none of the client’s faults', () => {
  const message = 'Your credit balance is too low to access the Anthropic API.'
  const body = JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } })
  expect(readError(400, {}, body).status).toBe(402)
})
