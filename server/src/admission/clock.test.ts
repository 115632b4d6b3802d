import { afterEach, expect, test, vi } from 'vitest'
import { createSteadyClock } from './clock.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('the clock follows the system clock forwards and never goes back with it', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_000_000 })
  const now = createSteadyClock()
  vi.advanceTimersByTime(500)
  expect(now()).toBe(1_000_500)
  vi.setSystemTime(2_000_000)
  expect(now()).toBe(2_000_000)
  vi.setSystemTime(1_000_000)
  expect(now()).toBe(2_000_000)
  vi.advanceTimersByTime(700)
  expect(now()).toBe(2_000_700)
})
