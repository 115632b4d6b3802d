import fc from 'fast-check'
import { expect, test } from 'vitest'
import { microusd, microusdOfTokens, usdFromMicrousd } from './money.ts'

test('tokens cost their price per million, rounded half up to a whole micro-USD', () => {
  expect(microusdOfTokens(1_000_000, microusd(300_000))).toBe(300_000n)
  expect(microusdOfTokens(1, microusd(500_000))).toBe(1n)
  expect(microusdOfTokens(1, microusd(499_999))).toBe(0n)
  expect(microusdOfTokens(0, microusd(1_200_000))).toBe(0n)
})

test('no amount loses anything to a float', () => {
  fc.assert(
    fc.property(fc.nat(), fc.bigInt(0n, 10n ** 15n), (tokens, price) => {
      const cost = microusdOfTokens(tokens, microusd(price))
      const exact = BigInt(tokens) * price
      expect(cost * 1_000_000n - exact).toBeLessThanOrEqual(500_000n)
      expect(exact - cost * 1_000_000n).toBeLessThan(500_001n)
    }),
  )
})

test('a million micro-USD is a dollar', () => {
  expect(usdFromMicrousd(1_350_000n)).toBe(1.35)
})
