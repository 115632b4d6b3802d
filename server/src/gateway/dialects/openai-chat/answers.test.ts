// Whole answers, streams of OpenAI's own kind of servers, and errors.
import { describe, expect, test } from 'vitest'
import { AppError } from '../../../errors.ts'
import type { AnswerEvent } from '../../../neutral/index.ts'
import { noUsage } from '../../../providers/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { aContext, aFrame, call, finish, someUsage } from '../test-frames.ts'
import { checkOpenAiStream } from '../test-grammar.ts'
import { openAiChat } from './index.ts'

type Json = Record<string, unknown>

const withUsage = { ...aContext(), usage: someUsage }
const answer = (...events: AnswerEvent[]): Json => JSON.parse(openAiChat.encodeAnswer(events, withUsage))
const choice = (...events: AnswerEvent[]) => (answer(...events).choices as Json[])[0]

describe('a whole answer of another dialect', () => {
  test('[C-01] has every call, and no content where there is none', () => {
    const calls = [call(1, { id: 'toolu_a', name: 'f', input: '{"x":1}' }), call(2, { name: 'g' })]
    expect(choice(...calls, finish('tool-calls'))).toMatchObject({
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'toolu_a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
          { id: 'call_req_01TEST_1', type: 'function', function: { name: 'g', arguments: '{}' } },
        ],
      },
      finish_reason: 'tool_calls',
    })
  })

  test('[C-06] keeps arguments that were cut as they are, under length', () => {
    expect(choice(call(0, { id: 'a', name: 'f', input: '{"x":' }), finish('length'))).toMatchObject({
      message: { tool_calls: [{ function: { arguments: '{"x":' } }] },
      finish_reason: 'length',
    })
  })

  test('[C-02] tells the upstream’s own word for its end, and the stop string', () => {
    const text: AnswerEvent = { type: 'text', text: 'x' }
    expect(choice(text, finish('stop', { native: 'stop_sequence', stopSequence: 'END' }))).toMatchObject({
      finish_reason: 'stop',
      native_finish_reason: 'stop_sequence',
      stop_reason: 'END',
    })
  })

  test('[C-03] tells a refusal as one', () => {
    expect(choice({ type: 'refusal', text: 'No.' }, finish('refusal'))).toMatchObject({
      message: { content: '', refusal: 'No.' },
      finish_reason: 'content_filter',
    })
  })

  test('[C-07] [A-27] may hold thoughts alone, and gives them so that they can be given back', () => {
    const thoughts: AnswerEvent[] = [
      { type: 'reasoning', text: 'hm' },
      { type: 'reasoning-signature', signature: 'sig' },
      { type: 'redacted-reasoning', data: 'xyz' },
      { type: 'reasoning', text: 'ah' },
      { type: 'reasoning-signature', signature: 'one' },
      { type: 'reasoning', text: 'oh' },
      { type: 'reasoning-signature', signature: 'two' },
    ]
    expect(choice(...thoughts, finish())).toMatchObject({
      message: {
        content: '',
        reasoning_content: 'hmahoh',
        thinking_blocks: [
          { type: 'thinking', thinking: 'hm', signature: 'sig' },
          { type: 'redacted_thinking', data: 'xyz' },
          { type: 'thinking', thinking: 'ah', signature: 'one' },
          { type: 'thinking', thinking: 'oh', signature: 'two' },
        ],
      },
      finish_reason: 'stop',
    })
  })

  test('[C-08] [C-11] counts in OpenAI’s way, under an id of its form and the name asked for', () => {
    expect(answer({ type: 'start', id: 'msg_5' }, finish())).toMatchObject({
      id: 'chatcmpl-5',
      object: 'chat.completion',
      model: 'asked',
      usage: { prompt_tokens: 100, total_tokens: 140, prompt_tokens_details: { cached_tokens: 30 } },
    })
  })
})

describe('an answer of the same dialect', () => {
  const passed = (body: string) =>
    openAiChat.passAnswer({ body, json: JSON.parse(body), usage: noUsage, text: '' }, withUsage)

  test('stays as it is but for the model’s name', () => {
    const body = '{"id": "c","model":"up","choices":[{"n":1.0}],"usage":{"prompt_tokens":1}}'
    expect(passed(body)).toBe(body.replace('"up"', '"asked"'))
  })

  test('keeps the same name where a model says it', () => {
    const inner = { message: { content: { model: 'up' } } }
    const body = JSON.stringify({ choices: [inner], model: 'up', usage: { prompt_tokens: 1 } })
    expect(JSON.parse(passed(body))).toMatchObject({ choices: [inner], model: 'asked' })
  })

  test('[C-13] keeps every byte else, however its name is spaced', () => {
    const body =
      '{"choices":[{"message":{"model":"up","n":1234567890123456789}}], "model" : "up", "usage": {"prompt_tokens": 1}}'
    expect(passed(body)).toBe(body.replace('"model" : "up"', '"model" : "asked"'))
  })

  test('gets our count where it has none', () => {
    expect(JSON.parse(passed('{"model":"up"}'))).toMatchObject({
      model: 'asked',
      usage: { total_tokens: 140 },
    })
  })
})

describe('a stream of the same dialect', () => {
  const chunk = (fields: Json, rest = {}) =>
    aFrame({
      json: { id: 'c', object: 'chat.completion.chunk', created: 5, model: 'up', ...fields },
      ...rest,
    })
  const said = (delta: Json, finish_reason: string | null = null, index = 0) =>
    chunk({ choices: [{ index, delta, finish_reason }] }, finish_reason ? { finished: [index] } : {})
  const role = said({ role: 'assistant', content: '' })
  const usage = chunk({ choices: [], usage: { prompt_tokens: 9 } }, { kind: 'usage' })
  const passed = (
    frames: (typeof role)[],
    { cut = false, ...context }: Partial<AnswerContext> & { cut?: boolean } = {},
  ) => {
    const encoder = openAiChat.passStream(aContext(context))
    return frames.map(encoder.frame).join('') + encoder.closing({ cut, usage: someUsage })
  }

  test('goes on as it is but for the model’s name', () => {
    const sent = passed([role, said({ content: 'x' }), said({}, 'stop')], { wantsUsage: false })
    const [first, ...others] = sent.split('\n\n')
    expect(first).toBe(`data: ${role.data.replace('"up"', '"asked"')}`)
    expect(others.slice(-2)).toEqual(['data: [DONE]', ''])
    expect(checkOpenAiStream(sent).choices[0]).toMatchObject({ text: 'x', finishReason: 'stop' })
  })

  test('[S-10] tells its counts to those who want them, at the end, in the upstream’s words or ours', () => {
    const ends = [role, said({}, 'stop')]
    expect(checkOpenAiStream(passed([...ends, usage])).usage).toEqual({ prompt_tokens: 9 })
    expect(checkOpenAiStream(passed(ends)).usage).toMatchObject({ prompt_tokens: 100 })
    expect(checkOpenAiStream(passed([...ends, usage], { wantsUsage: false })).usage).toBeNull()
  })

  test('[S-31] that the portal cuts ends every choice that had not', () => {
    const frames = [role, said({ content: 'x' }, null, 1), said({}, 'stop', 1)]
    const { choices } = checkOpenAiStream(passed(frames, { cut: true, choices: 3 }))
    expect(choices.map(({ finishReason }) => finishReason)).toEqual(['length', 'stop', 'length'])
  })
})

test('[E-02] errors are OpenAI’s, in a stream its last event', () => {
  const error = new AppError('rate_limit_exceeded', { message: 'Why.', meta: { limit: 'x' } })
  const body = {
    message: 'Why.',
    type: 'rate_limit_error',
    param: null,
    code: 'rate_limit_exceeded',
    limit: 'x',
  }
  expect(openAiChat.errorBody(error, 'req_1')).toEqual({ error: body })
  const sent = `${openAiChat.ping}${openAiChat.errorEvent(error, 'req_1')}`
  expect(checkOpenAiStream(sent).error).toEqual(body)
})
