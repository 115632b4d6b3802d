// Whole answers, streams of Anthropic's own servers, and errors.
import { describe, expect, test } from 'vitest'
import { AppError } from '../../../errors.ts'
import type { AnswerEvent } from '../../../neutral/index.ts'
import { noUsage } from '../../../providers/index.ts'
import { aContext, aFrame, call, finish, someUsage } from '../test-frames.ts'
import { checkAnthropicStream } from '../test-grammar.ts'
import { anthropicMessages } from './index.ts'

type Json = Record<string, unknown>

const withUsage = { ...aContext(), usage: someUsage }
const answer = (...events: AnswerEvent[]): Json & { content: Json[] } =>
  JSON.parse(anthropicMessages.encodeAnswer(events, withUsage))

describe('a whole answer of another dialect', () => {
  test('[C-01] [C-11] [C-12] has every call, under ids of Anthropic’s form', () => {
    const said = answer(
      { type: 'start', id: 'chatcmpl-7' },
      { type: 'text', text: 'Look:' },
      call(0, { id: 'a', name: 'f', input: '{"x":1}' }),
      call(1, { name: 'g', input: '' }),
      finish('stop'),
    )
    expect(said).toMatchObject({ id: 'msg_7', type: 'message', role: 'assistant', model: 'asked' })
    expect(said.content).toEqual([
      { type: 'text', text: 'Look:' },
      { type: 'tool_use', id: 'toolu_a', name: 'f', input: { x: 1 } },
      { type: 'tool_use', id: expect.stringMatching(/^toolu_[\w-]+$/), name: 'g', input: {} },
    ])
    expect(said).toMatchObject({ stop_reason: 'tool_use', stop_sequence: null })
  })

  test('keeps the digits of a call’s arguments', () => {
    const input = '{"id":12345678901234567890}'
    const events = [call(0, { id: 'a', name: 'f', input }), finish('tool-calls')]
    expect(anthropicMessages.encodeAnswer(events, withUsage)).toContain(`"input":${input}`)
  })

  test('[C-06] leaves out a call that was cut, and stops for max_tokens', () => {
    for (const input of ['{"x":', '']) {
      const said = answer(call(0, { id: 'a', name: 'f', input }), finish('length'))
      expect(said).toMatchObject({ content: [], stop_reason: 'max_tokens' })
    }
  })

  test('[C-06] never makes an empty object of arguments that are no JSON', () => {
    const said = answer(call(0, { id: 'a', name: 'f', input: '{x}' }), finish('tool-calls'))
    expect(said.content).toMatchObject([{ input: { INVALID_JSON: '{x}' } }])
  })

  test('[C-07] may hold thoughts alone', () => {
    expect(answer({ type: 'reasoning', text: 'hm' }, finish())).toMatchObject({
      content: [{ type: 'thinking', thinking: 'hm', signature: '' }],
      stop_reason: 'end_turn',
    })
    expect(answer(finish())).toMatchObject({ content: [] })
  })

  test('[C-02] [C-03] [C-05] says why it ended', () => {
    const text: AnswerEvent = { type: 'text', text: 'x' }
    expect(answer(text, finish('refusal'))).toMatchObject({ stop_reason: 'refusal' })
    expect(answer({ type: 'refusal', text: 'No.' }, finish('stop'))).toMatchObject({
      stop_reason: 'refusal',
      stop_details: { explanation: 'No.' },
      content: [{ type: 'text', text: 'No.' }],
    })
    expect(answer(text, finish('stop', { stopSequence: 'END' }))).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: 'END',
    })
    expect(answer(text, finish('context-full'))).toMatchObject({
      stop_reason: 'model_context_window_exceeded',
    })
  })

  test('[C-09] counts what came from a cache apart', () => {
    expect(answer(finish()).usage).toMatchObject({
      input_tokens: 50,
      cache_read_input_tokens: 30,
      cache_creation_input_tokens: 20,
      output_tokens: 40,
    })
  })
})

describe('an answer of Anthropic’s own', () => {
  const passed = (body: string) =>
    anthropicMessages.passAnswer({ body, json: JSON.parse(body), usage: noUsage, text: '' }, withUsage)

  test('stays as it is but for the model’s name', () => {
    const body = '{"id": "msg_1","model":"up","content":[{"n":1.0}],"usage":{"input_tokens":1}}'
    expect(passed(body)).toBe(body.replace('"up"', '"asked"'))
  })

  test.each([
    ['with spaces around its name', '"model": "up"', ''],
    ['with the same pair in a call', '"model":"up"', '"model":"up",'],
    ['that counts nothing', '"model":"up"', ''],
  ])('[C-13] keeps every byte else %s', (kind, field, pair) => {
    const call = `{"type": "tool_use","input":{${pair}"n":1234567890123456789,"f":1.0}}`
    const usage = kind === 'that counts nothing' ? '' : ',"usage":{"input_tokens":1}'
    const body = `{"content":[${call}], ${field}${usage}}`
    expect(passed(body)).toContain(`{"content":[${call}], ${field.replace('up', 'asked')}`)
    expect(JSON.parse(passed(body)).usage).toBeDefined()
  })

  test('gets our count where it has none', () => {
    expect(JSON.parse(passed('{"model":"up"}'))).toMatchObject({
      model: 'asked',
      usage: { output_tokens: 40 },
    })
  })
})

describe('a stream of Anthropic’s own', () => {
  const event = (json: Json & { type: string }, rest = {}) =>
    aFrame({
      json,
      event: json.type,
      kind: 'preamble',
      data: JSON.stringify(json).replaceAll(',', ', '),
      ...rest,
    })
  const start = event(
    { type: 'message_start', message: { id: 'msg_1', model: 'up', content: [], usage: { input_tokens: 3 } } },
    { model: 'up' },
  )
  const begin = event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
  const delta = event(
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } },
    { kind: 'content' },
  )
  const stop = event({ type: 'content_block_stop', index: 0 })
  const end = event(
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { kind: 'finish', finished: [0] },
  )
  const passed = (frames: (typeof start)[], cut = false) => {
    const encoder = anthropicMessages.passStream(aContext())
    return frames.map(encoder.frame).join('') + encoder.closing({ cut, usage: someUsage })
  }

  test('[S-01] goes on as it is but for the model’s name', () => {
    const sent = passed([start, begin, delta, event({ type: 'ping' }), stop, end])
    expect(checkAnthropicStream(sent)).toMatchObject({ blocks: [{ text: 'x' }], usage: { output_tokens: 2 } })
    expect(sent).toContain(`event: message_start\ndata: ${start.data.replace('"up"', '"asked"')}\n\n`)
    expect(sent).toContain(`event: content_block_delta\ndata: ${delta.data}\n\n`)
  })

  test('[C-13] keeps every byte else where an event comes in several lines, or its name is spaced', () => {
    const input = '{"model":"up","n":1234567890123456789}'
    const data = JSON.stringify(start.json).replace('"model":"up"', `"input":${input},"model" : "up"`)
    expect(passed([{ ...start, data: data.replace(',', ',\n') }, end])).toContain(
      `"input":${input},"model" : "asked"`,
    )
    const block = `{"type":"content_block_start",\n"index":0,"content_block":{"type":"tool_use","input":${input}}}`
    const frame = { ...begin, data: block, json: JSON.parse(block) }
    expect(passed([start, frame, stop, end])).toContain(`data: ${block.replace('\n', ' ')}\n\n`)
  })

  test.each([
    ['before anything came', []],
    ['between blocks', [start]],
    ['inside a block', [start, begin, delta]],
    ['after a block', [start, begin, delta, stop]],
  ])('[S-31] that the portal cuts %s ends in order for max_tokens', (_, frames) => {
    expect(checkAnthropicStream(passed(frames, true))).toMatchObject({
      stop: { stop_reason: 'max_tokens' },
      usage: { output_tokens: 40 },
    })
  })

  test('[S-31] that had ended when it was cut keeps its end', () => {
    expect(checkAnthropicStream(passed([start, begin, stop, end], true)).stop?.stop_reason).toBe('end_turn')
  })

  test('[S-14] that counts nothing gets our counts', () => {
    const message = { id: 'msg_1', model: 'up', content: [] }
    const uncounted = event({ type: 'message_start', message }, { model: 'up' })
    const bare = event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { kind: 'finish' })
    expect(checkAnthropicStream(passed([uncounted, bare]))).toMatchObject({
      message: { model: 'asked', usage: { input_tokens: 7 } },
      usage: { output_tokens: 40 },
    })
  })

  test('of events in several lines is one of events in one', () => {
    const wide = { ...delta, data: JSON.stringify(delta.json, null, 1) }
    const wideStart = { ...start, data: JSON.stringify(start.json, null, 1) }
    expect(checkAnthropicStream(passed([wideStart, begin, wide, stop, end]))).toMatchObject({
      message: { model: 'asked' },
      blocks: [{ text: 'x' }],
    })
  })
})

describe('errors', () => {
  test('[E-01] tell an upstream’s own code where Anthropic’s do', () => {
    const error = new AppError('invalid_request', { message: 'Why.', meta: { code: 'thread_not_found' } })
    expect(anthropicMessages.errorBody(error, 'req_1')).toEqual({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'Why.',
        details: { error_code: 'thread_not_found' },
      },
      request_id: 'req_1',
    })
  })

  test.each([
    ['invalid_request', 400, 'invalid_request_error'],
    ['invalid_api_key', 401, 'authentication_error'],
    ['invalid_request', 402, 'billing_error'],
    ['permission_denied', 403, 'permission_error'],
    ['model_not_found', 404, 'not_found_error'],
    ['conflict', 409, 'invalid_request_error'],
    ['body_too_large', 413, 'request_too_large'],
    ['rate_limit_exceeded', 429, 'rate_limit_error'],
    ['internal', 500, 'api_error'],
    ['upstream_error', 502, 'api_error'],
    ['unavailable', 503, 'overloaded_error'],
    ['upstream_timeout', 504, 'timeout_error'],
    ['unavailable', 529, 'overloaded_error'],
  ] as const)('[E-01] %s with %i is a %s', (code, status, type) => {
    const error = new AppError(code, { status, message: 'Why.', meta: { limit: 'x' } })
    expect(anthropicMessages.errorBody(error, 'req_1')).toEqual({
      type: 'error',
      error: { type, message: 'Why.', limit: 'x' },
      request_id: 'req_1',
    })
  })

  test('[S-20] in a stream they are an event, its last', () => {
    const sent = anthropicMessages.errorEvent(new AppError('internal'), 'req_1')
    expect(checkAnthropicStream(`${anthropicMessages.ping}${sent}`).error).toMatchObject({
      type: 'api_error',
    })
  })
})
