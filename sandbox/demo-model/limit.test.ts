import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limitReply } from './limit.ts'
import { countTokens, encodeText, firstTokens } from './tokens.ts'

const unlimited = { stop: [], tokensMax: Number.POSITIVE_INFINITY }
const say = (text: string) => ({ kind: 'text' as const, text })
const call = { id: 'call_1', name: 'get_weather', arguments: '{"location":"Athens, Greece"}' }

test('tokens are those of o200k_base, and control words count as text', async () => {
  expect(await encodeText('hello world')).toEqual([24912, 2375])
  expect(await countTokens(['<|endoftext|>'])).toBeGreaterThan(3)
})

test('a run of 300,000 letters without a break is counted in seconds at most', async () => {
  const started = performance.now()
  expect(await countTokens(['a'.repeat(300_000)])).toBeGreaterThan(10_000)
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('the first tokens spell a start of the text without half characters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(20), async (text, most) => {
      const start = await firstTokens(text, most)
      expect(text.startsWith(start)).toBe(true)
      expect(start.isWellFormed()).toBe(true)
    }),
  )
})

test('a text ends exactly before the first stop string, and pays for what is left', async () => {
  const choice = await limitReply(say('one two three two'), { ...unlimited, stop: ['three', ' two'] })
  expect(choice).toEqual({ content: 'one', calls: [], finish: 'stop', tokens: 1 })
})

test('a text is cut to exactly the allowed tokens', async () => {
  const text = 'The quick brown fox jumps over the lazy dog'
  for (const tokensMax of [1, 4, 8]) {
    const choice = await limitReply(say(text), { ...unlimited, tokensMax })
    expect(choice).toMatchObject({ finish: 'length', tokens: tokensMax })
    expect(await countTokens([choice.content ?? ''])).toBe(tokensMax)
  }
  expect(await limitReply(say(text), { ...unlimited, tokensMax: 9 })).toMatchObject({
    finish: 'stop',
    content: text,
  })
})

test('a stop string beyond the token limit is not reached', async () => {
  const choice = await limitReply(say('one two three'), { stop: ['three'], tokensMax: 1 })
  expect(choice).toEqual({ content: 'one', calls: [], finish: 'length', tokens: 1 })
})

test('tool calls that fit are whole, and one that does not keeps the start of its arguments', async () => {
  const whole = await limitReply({ kind: 'calls', calls: [call] }, { ...unlimited, stop: ['Athens'] })
  expect(whole).toMatchObject({ calls: [call], finish: 'tool_calls', content: null })
  const cut = await limitReply(
    { kind: 'calls', calls: [call, call] },
    { stop: [], tokensMax: whole.tokens + 4 },
  )
  expect(cut).toMatchObject({ finish: 'length', tokens: whole.tokens + 4 })
  expect(cut.calls[0]).toEqual(call)
  expect(call.arguments.startsWith(cut.calls[1]?.arguments ?? 'missing')).toBe(true)
  expect(cut.calls[1]?.arguments).not.toBe(call.arguments)
})
