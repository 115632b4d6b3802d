import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nestsDeeperThan } from './nesting.ts'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

test('the depth of any JSON is known, whatever its strings contain', () => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 6, stringUnit: fc.constantFrom('"', '\\', '[', '{', ']', 'a') }),
      (json) => {
        const depth = depthOf(JSON.parse(json))
        expect(nestsDeeperThan(depth, json)).toBe(false)
        if (depth > 0) expect(nestsDeeperThan(depth - 1, json)).toBe(true)
      },
    ),
  )
})

test('a million brackets are refused in a moment', () => {
  const startedAt = performance.now()
  expect(nestsDeeperThan(128, '['.repeat(1_000_000))).toBe(true)
  expect(performance.now() - startedAt).toBeLessThan(100)
})
