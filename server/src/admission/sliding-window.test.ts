import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlidingWindow } from './sliding-window.ts'

test('the window counts and frees what a list of all instants would, however it grows and wraps', () => {
  const bursts = fc.array(fc.record({ waitMs: fc.nat(40_000), count: fc.nat(40), limit: fc.nat(60) }))
  fc.assert(
    fc.property(bursts, (steps) => {
      const taken: number[] = []
      const window = new SlidingWindow([], 0)
      let now = 0
      for (const { waitMs, count, limit } of steps) {
        now += waitMs
        for (let i = 0; i < count; i++) {
          window.take(now)
          taken.push(now)
        }
        const recent = taken.filter((time) => time > now - 60_000)
        expect(window.countAt(now)).toBe(recent.length)
        expect(window.freesAt(limit, now)).toBe((recent[Math.max(0, recent.length - limit)] ?? now) + 60_000)
      }
    }),
  )
})

test('an instant that lies ahead counts from now on and for a minute', () => {
  const window = new SlidingWindow([5000, Number.POSITIVE_INFINITY], 1000)
  expect(window.countAt(60_999)).toBe(2)
  expect(window.countAt(61_000)).toBe(0)
})
