import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binEdgesMs, binFromMs, msFromBin } from './bins.ts'

test('a doubled time is eight bins further', () => {
  expect([0, 1, 3, 7, 1023].map(binFromMs)).toEqual([0, 8, 16, 24, 80])
})

test('a time read back from its bin is within 5 % of the truth', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (ms) => {
      const readBack = msFromBin(binFromMs(ms))
      expect(binFromMs(readBack)).toBe(binFromMs(ms))
      expect(Math.abs(readBack - ms)).toBeLessThanOrEqual(0.05 * (ms + 1))
    }),
  )
})

test('the edges put every time in the bin that binFromMs names', () => {
  expect(binEdgesMs).toHaveLength(binFromMs(2 ** 31 - 1) + 1)
  const binFromEdges = (ms: number) => binEdgesMs.findLastIndex((edge) => edge <= ms)
  for (const edge of binEdgesMs) {
    for (const ms of [edge - 1, edge, edge + 1].filter((near) => near >= 0)) {
      expect([ms, binFromEdges(ms)]).toEqual([ms, binFromMs(ms)])
    }
  }
})
