import { afterAll, expect, test } from 'vitest'
import { createTokenCounter, estimateTextTokens, estimateTokens } from './index.ts'

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

test('a short count does not wait for a long one', async () => {
  const order: string[] = []
  const words = Array.from({ length: 60_000 }, (_, i) => (i * 7919).toString(36)).join(' ')
  const long = counter.count([words]).then(() => order.push('long'))
  const short = counter.count(['Hello, world!']).then(() => order.push('short'))
  await Promise.all([long, short])
  expect(order).toEqual(['short', 'long'])
})

test('a count that has passed where it may stop says more than that', async () => {
  const startedAt = performance.now()
  expect(await counter.count(['the quick brown fox '.repeat(100_000)], 100)).toBeGreaterThan(100)
  expect(performance.now() - startedAt).toBeLessThan(500)
})

test('what is longer than a quarter of a million characters is extrapolated', async () => {
  const phrase = 'the quick brown fox jumps over the lazy dog '
  const [once = 0, many = 0] = [
    await counter.count([phrase.repeat(1000)]),
    await counter.count([phrase.repeat(50_000)]),
  ]
  expect(many / once / 50).toBeCloseTo(1, 1)
})

test('the estimate of a text gives a token to each character that is not ASCII', () => {
  expect(estimateTextTokens(400, 400)).toBe(100)
  expect(estimateTextTokens(100, 300)).toBe(100)
})

test('after close the estimate stands in', async () => {
  const closed = createTokenCounter()
  const counting = closed.count(['abcdefgh'])
  await closed.close()
  expect(await counting).toBe(estimateTokens(8))
})
