import { expect, test } from 'vitest'
import type { NeutralMessage } from '../../neutral/index.ts'
import { aCall, answered, aRequest, called, returned, said } from '../test-calls.ts'
import { translateRequest } from './translate.ts'

function translated(messages: NeutralMessage[], model: string) {
  const call = aCall('openai-chat', aRequest({ messages }), { model })
  const start = performance.now()
  const { body } = translateRequest(call)
  return { messages: body.messages as unknown[], milliseconds: performance.now() - start }
}
const many = <T>(count: number, make: (i: number) => T[]): T[] =>
  Array.from({ length: count }, (_, i) => make(i)).flat()
const instruction: NeutralMessage = { role: 'system', content: [{ type: 'text', text: 'Mind.' }] }

const conversations: [string, NeutralMessage[]][] = [
  ['plain turns', many(10_000, () => [said('Go'), answered('So')])],
  [
    'one id for every call',
    many(10_000, () => [
      { role: 'assistant' as const, content: [called('call_0')] },
      { role: 'user' as const, content: [returned('call_0')] },
    ]),
  ],
  ['instructions after each turn', many(7000, () => [said('Go'), instruction, answered('So')])],
  ['instructions alone', [said('Go'), ...many(20_000, () => [instruction]), answered('So'), said('Go')]],
  [
    'results in another order than their calls',
    [
      { role: 'assistant', content: many(20_000, (i) => [called(`call_${i}`)]) },
      { role: 'user', content: many(20_000, (i) => [returned(`call_${i}`)]).reverse() },
    ],
  ],
]

test.each(
  conversations.flatMap(([name, messages]) =>
    ['claude-opus-4-5', 'claude-opus-5'].map((model) => ({ name, model, messages })),
  ),
)('a conversation of 20,000 turns, $name, is encoded for $model in under a second', ({ messages, model }) => {
  const { milliseconds } = translated(messages, model)
  expect(milliseconds).toBeLessThan(5000)
})

test('a message of 200,000 parts joins the one before', () => {
  const content = many(200_000, () => [{ type: 'text' as const, text: 'x' }])
  const found = translated([said('Go'), { role: 'user', content }], 'claude-opus-4-5').messages
  expect(found).toHaveLength(1)
  expect(found).toMatchObject([{ content: { length: 200_001 } }])
})
