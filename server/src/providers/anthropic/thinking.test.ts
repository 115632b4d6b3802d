import { expect, test } from 'vitest'
import type { NeutralMessage, NeutralRequest } from '../../neutral/index.ts'
import { aCall, answered, aRequest, aTool, called, returned, said } from '../test-calls.ts'
import { traitsOf } from './model-traits.ts'
import { translateRequest } from './translate.ts'

const effort = (effort: string) => ({ effort, budgetTokens: null })
const budget = (budgetTokens: number) => ({ effort: null, budgetTokens })
const off = { effort: null, budgetTokens: null }

function thinkingOf(model: string, given: Partial<NeutralRequest>) {
  const call = aCall('openai-chat', aRequest(given), { model, body: { reasoning_effort: 'x' } })
  const { body, changed } = translateRequest(call)
  const { thinking, output_config } = body
  return { thinking, output_config, changed }
}

const enabled = (budget_tokens: number) => ({ type: 'enabled', budget_tokens })
const other = ['reasoning_effort']

test.each([
  [effort('high'), 10_000, { thinking: enabled(8000), changed: [] }],
  [effort('low'), 10_000, { thinking: enabled(2000), changed: [] }],
  [effort('low'), 2000, { thinking: enabled(1024), changed: [] }],
  [effort('low'), 1024, { changed: other }],
  [budget(3000), 10_000, { thinking: enabled(3000), changed: [] }],
  [budget(10), 10_000, { thinking: enabled(1024), changed: other }],
  [budget(10_000), 10_000, { thinking: enabled(8000), changed: other }],
  [off, 10_000, { changed: [] }],
  [null, 10_000, { changed: [] }],
])('[A-28] %j within %s tokens is, of a model with a budget, %j', (reasoning, outputTokensMax, expected) => {
  expect(thinkingOf('claude-haiku-4-5', { reasoning, outputTokensMax })).toEqual(expected)
})

const adaptive = { type: 'adaptive' }

test.each([
  [
    'claude-opus-4-8',
    effort('xhigh'),
    { thinking: adaptive, output_config: { effort: 'xhigh' }, changed: [] },
  ],
  [
    'claude-opus-4-6',
    effort('xhigh'),
    { thinking: adaptive, output_config: { effort: 'high' }, changed: other },
  ],
  [
    'claude-opus-5',
    effort('minimal'),
    { thinking: adaptive, output_config: { effort: 'low' }, changed: other },
  ],
  [
    'claude-opus-5',
    budget(9000),
    { thinking: adaptive, output_config: { effort: 'medium' }, changed: other },
  ],
  ['claude-opus-5', off, { thinking: { type: 'disabled' }, changed: [] }],
  ['claude-opus-5', effort('none'), { thinking: { type: 'disabled' }, changed: [] }],
  ['claude-fable-5', off, { changed: other }],
  ['claude-3-5-sonnet-20241022', effort('high'), { changed: other }],
])('[A-28] %s asked for %j thinks so: %j', (model, reasoning, expected) => {
  expect(thinkingOf(model, { reasoning })).toEqual(expected)
})

test('[A-28] an effort that nobody knows is a 400', () => {
  for (const model of ['claude-opus-5', 'claude-haiku-4-5'])
    expect(() => thinkingOf(model, { reasoning: effort('huge') })).toThrow(
      'reasoning_effort: There is no effort "huge"',
    )
})

const loop: NeutralMessage[] = [
  said('Go'),
  { role: 'assistant', content: [called('a')] },
  { role: 'user', content: [returned('a')] },
]
const signedLoop: NeutralMessage[] = [
  said('Go'),
  { role: 'assistant', content: [{ type: 'reasoning', text: 'hm', signature: 's' }, called('a')] },
  { role: 'user', content: [returned('a')] },
]

const forced = { tools: [aTool], toolChoice: { type: 'required' } } as const
const named = { tools: [aTool], toolChoice: { type: 'function', name: 'f' } } as const
const free = { tools: [aTool], toolChoice: { type: 'auto' } } as const

test.each<[string, { model: string; thinks: boolean; given: object }]>([
  ['a call is forced', { model: 'claude-haiku-4-5', thinks: false, given: forced }],
  ['a named call is forced', { model: 'claude-opus-5', thinks: false, given: named }],
  ['a call may be made', { model: 'claude-opus-5', thinks: true, given: free }],
  [
    'the answer is begun',
    { model: 'claude-haiku-4-5', thinks: false, given: { messages: [said('Go'), answered('So')] } },
  ],
  [
    'thoughts before a call are gone',
    { model: 'claude-haiku-4-5', thinks: false, given: { messages: loop } },
  ],
  ['they are there', { model: 'claude-haiku-4-5', thinks: true, given: { messages: signedLoop } }],
  ['they need not be there', { model: 'claude-opus-5', thinks: true, given: { messages: loop } }],
])('[A-28] where %s, %j', (_, { model, thinks, given }) => {
  const found = thinkingOf(model, { ...given, reasoning: effort('high') })
  expect(found.thinking !== undefined).toBe(thinks)
  expect(found.changed).toEqual(thinks ? [] : other)
})

test('[A-28] a model that thinks is given no temperature', () => {
  const call = aCall('openai-chat', aRequest({ reasoning: effort('high'), temperature: 0.3 }), {
    temperature: 0.7,
  })
  const { body, changed } = translateRequest(call)
  expect([body.temperature, changed]).toEqual([undefined, ['temperature']])
})

test.each([
  ['claude-3-haiku-20240307', 'none', false],
  ['claude-3-7-sonnet-latest', 'budget', false],
  ['claude-sonnet-4-20250514', 'budget', false],
  ['anthropic/claude-opus-4.5', 'budget', true],
  ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'budget', true],
  ['claude-opus-4-1', 'budget', true],
  ['claude-sonnet-4-6', 'adaptive', true],
  ['claude-opus-4-7', 'adaptive', true],
  ['claude-haiku-5-5', 'adaptive', true],
  ['claude-mythos-preview', 'adaptive', true],
  ['claude-later', 'adaptive', true],
  ['kimi-k2', 'budget', false],
])('the model %s thinks by %s, and can be held to a schema: %s', (model, thinking, takesSchema) => {
  expect(traitsOf(model)).toMatchObject({ thinking, takesSchema })
})

test.each([
  ['claude-opus-4-7', false, false],
  ['claude-opus-4-8', true, false],
  ['claude-sonnet-5', false, false],
  ['claude-sonnet-5-5', true, false],
  ['claude-sonnet-4-6', false, true],
])('the model %s takes system turns: %s, a temperature: %s', (model, takesSystemTurns, takesTemperature) => {
  expect(traitsOf(model)).toMatchObject({ takesSystemTurns, takesTemperature })
})
