import { afterAll, expect, test } from 'vitest'
import { createTokenCounter, estimateTokens } from './index.ts'

const counter = createTokenCounter()
afterAll(() => counter.close())

test('counts all texts together, as the o200k encoding does', async () => {
  expect(await counter.count(['Hello, world!', ' And more.'])).toBe(7)
  expect(await counter.count(['你好，世界'])).toBe(3)
})

test('nothing is no tokens', async () => {
  expect(await counter.count(['', ''])).toBe(0)
})

test('text that spells a special token is counted as text', async () => {
  expect(await counter.count(['<|endoftext|>'])).toBeGreaterThan(1)
})

test('a long text without spaces is counted in a moment', async () => {
  const startedAt = performance.now()
  expect(await counter.count(['a'.repeat(200_000)])).toBeGreaterThan(10_000)
  expect(performance.now() - startedAt).toBeLessThan(5000)
})

test('a cut inside a text changes the count by less than half a percent', async () => {
  const word = 'the quick brown fox jumps over the lazy dog '
  expect(await counter.count([word.repeat(1000)])).toBeGreaterThan(8_950)
  expect(await counter.count([word.repeat(1000)])).toBeLessThan(9_100)
})

test('after close the estimate stands in', async () => {
  const closed = createTokenCounter()
  const counting = closed.count(['abcdefgh'])
  await closed.close()
  expect(await counting).toBe(estimateTokens(8))
})
