// The checks of streams themselves can fail.
import { expect, test } from 'vitest'
import { checkAnthropicStream, checkOpenAiStream } from './test-grammar.ts'

const chunk = (choice: object, rest = {}) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, ...choice }], ...rest })}\n\n`
const role = chunk({ delta: { role: 'assistant' } })
const end = chunk({ delta: {}, finish_reason: 'stop' })
const done = 'data: [DONE]\n\n'

test.each([
  ['without an end mark', role + end],
  ['with two', role + end + done + done],
  ['without a role', chunk({ delta: { content: 'x' } }) + end + done],
  ['without a finish', role + done],
  ['with content after the finish', role + end + chunk({ delta: { content: 'x' } }) + done],
  ['with an end mark after an error', `${role}data: {"error":{}}\n\n${done}`],
  ['of two ids', role + chunk({ delta: {} }, { id: 'd' }) + end + done],
  ['with a call from nowhere', role + chunk({ delta: { tool_calls: [{ index: 1, id: 'a' }] } }) + end + done],
  [
    'with broken arguments',
    `${role}${chunk({ delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }] }, finish_reason: 'tool_calls' })}${done}`,
  ],
  ['with a name for an event', `event: x\n${role}${end}${done}`],
])('an OpenAI stream %s is none', (_, text) => {
  expect(() => checkOpenAiStream(role + end + done)).not.toThrow()
  expect(() => checkOpenAiStream(text)).toThrow()
})

const event = (type: string, fields = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
const start = event('message_start', { message: { content: [], usage: { input_tokens: 1 } } })
const begin = (index: number, type = 'text') =>
  event('content_block_start', { index, content_block: { type } })
const delta = (index: number, type = 'text_delta') =>
  event('content_block_delta', { index, delta: { type, text: 'x', partial_json: '{' } })
const stop = (index: number) => event('content_block_stop', { index })
const why = (stop_reason: string, usage: object | null = { output_tokens: 1 }) =>
  event('message_delta', { delta: { stop_reason }, usage })
const over = event('message_stop')
const tail = why('end_turn') + over

test.each([
  ['without a start', begin(0) + stop(0) + tail],
  ['with two', start + start + tail],
  ['with a block inside another', start + begin(0) + begin(1) + stop(1) + stop(0) + tail],
  ['with a block that stays open', start + begin(0) + tail],
  ['that counts its blocks from 1', start + begin(1) + stop(1) + tail],
  ['with a delta for a closed block', start + begin(0) + stop(0) + delta(0) + tail],
  ['with a delta of another kind', start + begin(0) + delta(0, 'input_json_delta') + stop(0) + tail],
  ['without counts', start + why('end_turn', null) + over],
  ['without a reason', start + over],
  ['without an end', start + why('end_turn')],
  ['with something after its end', start + tail + event('ping')],
  ['that stops for a call it does not make', start + why('tool_use') + over],
  [
    'with broken arguments',
    `${start}${begin(0, 'tool_use')}${delta(0, 'input_json_delta')}${stop(0)}${why('tool_use')}${over}`,
  ],
  ['with an end after an error', start + event('error', { error: {} }) + over],
  ['whose events have no names', start.replace(/^event.*\n/, '') + tail],
])('an Anthropic stream %s is none', (_, text) => {
  expect(() => checkAnthropicStream(start + begin(0) + delta(0) + stop(0) + tail)).not.toThrow()
  expect(() => checkAnthropicStream(text)).toThrow()
})
