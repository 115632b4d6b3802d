import { expect, test } from 'vitest'
import { createRecentMinutes } from './recent-minutes.ts'

test('[LM18] answers and failures are told for five minutes, with the average of the answers’ times', () => {
  let now = 0
  const minutes = createRecentMinutes(() => now)
  const nothing = { answers: 0, failures: 0, latencyMs: null }
  expect(minutes.of('a')).toEqual(nothing)
  minutes.add('a', 100)
  minutes.add('a', 300)
  now = 4 * 60_000
  minutes.add('a', null)
  expect(minutes.of('a')).toEqual({ answers: 2, failures: 1, latencyMs: 200 })
  expect(minutes.of('b')).toEqual(nothing)
  now = 5 * 60_000
  expect(minutes.of('a')).toEqual({ answers: 0, failures: 1, latencyMs: null })
  now = 9 * 60_000
  expect(minutes.of('a')).toEqual(nothing)
})
