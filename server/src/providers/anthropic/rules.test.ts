import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../../errors.ts'
import type { AssistantBlock, NeutralMessage, NeutralRequest, UserBlock } from '../../neutral/index.ts'
import { aCall, aRequest, aTool } from '../test-calls.ts'
import { translateRequest } from './translate.ts'

type Block = Record<string, unknown> & { type: string }
type Message = { role: string; content: Block[] }

/** What Anthropic answers with a 400 to, as far as these tests know. */
function breachesOf(body: Record<string, unknown>): string[] {
  const messages = body.messages as Message[]
  const breaches: string[] = []
  const expectThat = (holds: boolean, rule: string) => void (holds || breaches.push(rule))
  const ids = messages.flatMap(({ content }) => content.flatMap(({ id }) => (id === undefined ? [] : [id])))
  expectThat(new Set(ids).size === ids.length, 'ids differ')
  expectThat(messages.length > 0, 'there is a message')
  for (const [i, { role, content }] of messages.entries()) {
    const [before, after] = [messages[i - 1], messages[i + 1]]
    expectThat(before?.role !== role, 'roles alternate')
    expectThat(role !== 'system' || before?.role === 'user', 'a system turn is after a user’s')
    expectThat(role !== 'system' || after?.role !== 'user', 'a system turn is not before a user’s')
    expectThat(content.length > 0, 'a message has content')
    expectThat(content.every(isWhole), 'no text is blank, no id odd')
    expectThat(isInOrder(content), 'results are first, calls last, thoughts before all')
    expectThat(
      role !== 'assistant' || content.some(({ type }) => !type.includes('thinking')),
      'not thoughts alone',
    )
    const called = content.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
    const returned = (after?.content ?? []).filter(({ type }) => type === 'tool_result')
    expectThat(
      sameSet(
        called,
        returned.map(({ tool_use_id }) => tool_use_id),
      ),
      'calls have their results next',
    )
  }
  expectThat(marksIn(body) <= 4, 'at most four marks')
  const { thinking, max_tokens } = body as { thinking?: { budget_tokens?: number }; max_tokens: number }
  expectThat((thinking?.budget_tokens ?? 0) < max_tokens, 'the budget is within the answer')
  expectThat(thinking === undefined || body.temperature === undefined, 'thinking takes no temperature')
  expectThat(body.temperature === undefined || body.top_p === undefined, 'not both')
  return breaches
}

const ranks = ['thinking', 'redacted_thinking', 'tool_result', 'text', 'image', 'document', 'tool_use']
const rankOf = ({ type }: Block) => [0, 0, 1, 2, 2, 2, 3][ranks.indexOf(type)] ?? -1
const isInOrder = (blocks: Block[]) =>
  blocks.every((block, i) => i === 0 || rankOf(blocks[i - 1] ?? block) <= rankOf(block))

function isWhole({ type, text, id, tool_use_id: of, content }: Block): boolean {
  if (type === 'text') return String(text).trim() !== ''
  if (type === 'tool_use') return /^[a-zA-Z0-9_-]+$/.test(String(id))
  if (type === 'tool_result')
    return (
      /^[a-zA-Z0-9_-]+$/.test(String(of)) && (content === undefined || (content as Block[]).every(isWhole))
    )
  return true
}

const sameSet = (one: unknown[], other: unknown[]) => String(one.toSorted()) === String(other.toSorted())
const marksIn = (body: object) => JSON.stringify(body).split('"cache_control"').length - 1

const id = fc.constantFrom('a', 'b', '', 'functions.Bash:0', 'portal_', 'a#2')
const words = fc.constantFrom('', ' ', '\n', 'Hello', 'x ')
const cache = fc.constantFrom({}, {}, { cache: { type: 'ephemeral', ttl: '1h' } })
const text = fc.tuple(words, cache).map(([text, mark]) => ({ type: 'text' as const, text, ...mark }))
const call = fc
  .tuple(id, cache)
  .map(([id, mark]) => ({ type: 'tool-call' as const, id, name: 'f', input: '{"a":1}', ...mark }))
const result = fc.tuple(id, fc.array(text, { maxLength: 2 }), cache).map(([callId, content, mark]) => ({
  type: 'tool-result' as const,
  callId,
  content,
  isError: false,
  ...mark,
}))
const thought = fc
  .constantFrom(null, 's')
  .map((signature) => ({ type: 'reasoning' as const, text: 'hm', signature }))
const hidden = fc.constant({ type: 'redacted-reasoning' as const, data: 'x' })
const refusal = words.map((text) => ({ type: 'refusal' as const, text }))
const image = fc.constant({ type: 'image' as const, mediaType: 'image/png', base64: 'AA' })

const anyMessage: fc.Arbitrary<NeutralMessage> = fc.oneof(
  fc.record({
    role: fc.constant('user' as const),
    content: fc.array(fc.oneof(text, result, image), { maxLength: 3 }),
  }),
  fc.record({
    role: fc.constant('assistant' as const),
    content: fc.array(fc.oneof(text, call, thought, hidden, refusal), { maxLength: 4 }),
  }),
  fc.record({ role: fc.constant('system' as const), content: fc.array(text, { maxLength: 2 }) }),
)

/** A turn and the answer to it, with the results of its calls next: what nobody should be refused. */
const goodRound = fc
  .record({
    asked: fc.array(text, { maxLength: 2 }),
    spoken: fc.array(fc.oneof(text, thought, hidden), { maxLength: 3 }),
    ids: fc.uniqueArray(id, { maxLength: 3 }),
    instructed: fc.boolean(),
    shuffled: fc.boolean(),
  })
  .map(({ asked, spoken, ids, instructed, shuffled }): NeutralMessage[] => {
    const calls = ids.map((id): AssistantBlock => ({ type: 'tool-call', id, name: 'f', input: '{}' }))
    const results = ids.map(
      (callId): UserBlock => ({ type: 'tool-result', callId, content: [], isError: true }),
    )
    const system: NeutralMessage = { role: 'system', content: [{ type: 'text', text: 'Be kind' }] }
    const go: UserBlock = { type: 'text', text: 'Go' }
    const hello: AssistantBlock = { type: 'text', text: 'Hello' }
    const next: NeutralMessage[] =
      ids.length === 0 ? [] : [{ role: 'user', content: shuffled ? results.toReversed() : results }]
    return [
      { role: 'user', content: [go, ...asked] },
      ...(instructed ? [system] : []),
      { role: 'assistant', content: shuffled ? [...calls, ...spoken, hello] : [...spoken, hello, ...calls] },
      ...next,
      ...(instructed ? [system] : []),
    ]
  })

const settings = fc.record({
  temperature: fc.constantFrom(null, 0.5, 1),
  topP: fc.constantFrom(null, 0.9),
  outputTokensMax: fc.constantFrom(null, 1, 1024, 1025, 100_000),
  reasoning: fc.constantFrom(
    null,
    { effort: 'low', budgetTokens: null },
    { effort: 'high', budgetTokens: null },
    { effort: null, budgetTokens: 1 },
    { effort: null, budgetTokens: 50_000 },
    { effort: null, budgetTokens: null },
  ),
  tools: fc.array(fc.constant(aTool), { maxLength: 1 }),
  system: fc.array(text, { maxLength: 6 }),
})
const model = fc.constantFrom('claude-haiku-4-5', 'claude-opus-4-8', 'claude-sonnet-5', 'kimi-k2')

const bodyOf = (request: NeutralRequest, model: string) =>
  translateRequest(aCall('openai-chat', request, { model, temperature: 0.7 })).body

test('[A-01] [A-02] [A-03] [A-07] [A-10] [A-29] whatever is asked is refused as a 400 or within Anthropic’s rules', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 6 }), settings, model, (messages, given, model) => {
      try {
        expect(breachesOf(bodyOf(aRequest({ ...given, messages }), model))).toEqual([])
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        expect([error.code, error.param === null]).toEqual(['invalid_request', false])
      }
    }),
    { numRuns: 2000 },
  )
})

test('a conversation that is in order is never refused, and stays within Anthropic’s rules', () => {
  fc.assert(
    fc.property(
      fc.array(goodRound, { minLength: 1, maxLength: 4 }),
      settings,
      model,
      (rounds, given, model) => {
        expect(breachesOf(bodyOf(aRequest({ ...given, messages: rounds.flat() }), model))).toEqual([])
      },
    ),
    { numRuns: 1000 },
  )
})
