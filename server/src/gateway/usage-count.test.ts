import { afterAll, expect, test } from 'vitest'
import { noUsage } from '../providers/index.ts'
import { createTokenCounter } from '../tokens/index.ts'
import { createUsageCount } from './usage-count.ts'

const tokens = createTokenCounter()
afterAll(() => tokens.close())
const aCount = (prompt = 'one two three') =>
  createUsageCount(tokens, { promptTexts: () => [prompt], imageTokens: 0 })

test('[GW-G3] the last word on each field counts, and null is no word', async () => {
  const count = aCount()
  count.reported({ input: 10, cached: 4, cacheWritten: null, output: 1, reasoning: null })
  count.reported({ input: null, cached: null, cacheWritten: null, output: 7, reasoning: 2 })
  expect(await count.final()).toEqual({ input: 10, cached: 4, cacheWritten: 0, output: 7, reasoning: 2 })
  expect(count.isEstimated()).toBe(false)
})

test('[GW-G3] an explicit 0 is a word', async () => {
  const count = aCount()
  count.produced('some text')
  count.reported({ input: 0, cached: 0, cacheWritten: null, output: 0, reasoning: 0 })
  expect(await count.final()).toEqual({ input: 0, cached: 0, cacheWritten: 0, output: 0, reasoning: 0 })
  expect(count.isEstimated()).toBe(false)
})

test('[GW-G3] where nothing was said both sides are counted', async () => {
  const count = aCount()
  count.produced('four five ')
  count.produced('six')
  expect(await count.final()).toEqual({ input: 3, cached: 0, cacheWritten: 0, output: 3, reasoning: 0 })
  expect(count.isEstimated()).toBe(true)
})

test('what an attempt reported before it failed is forgotten', async () => {
  const count = aCount()
  count.reported({ ...noUsage, input: 99, output: 99 })
  count.restart()
  expect(await count.final()).toMatchObject({ input: 3, output: 0 })
})

test('[GW-L3] it can be counted while it goes on, and counts on from there', async () => {
  const count = aCount()
  count.produced('one two')
  expect(await count.outputCounted()).toBe(2)
  count.produced(' three')
  expect(await count.outputCounted()).toBe(3)
  expect((await count.final()).output).toBe(3)
})

test('the first answer stands', async () => {
  const count = aCount()
  count.produced('one')
  const first = await count.final()
  count.produced(' two three')
  expect(await count.final()).toEqual(first)
})

test('a long text is counted in parts without losing any', async () => {
  const count = aCount()
  for (let i = 0; i < 200; i++) count.produced('word '.repeat(100))
  const { output } = await count.final()
  expect(output).toBeGreaterThanOrEqual(20_000)
  expect(output).toBeLessThan(20_100)
})

test('[GW-G4] what is to be looked at counts as it was let in', async () => {
  const count = createUsageCount(tokens, { promptTexts: () => ['one'], imageTokens: 2000 })
  expect(await count.final()).toMatchObject({ input: 2001 })
})
