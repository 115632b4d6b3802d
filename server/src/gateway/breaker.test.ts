import { expect, test } from 'vitest'
import { createBreaker } from './breaker.ts'

function aBreaker() {
  const clock = { ms: 0 }
  const breaker = createBreaker(() => clock.ms)
  const fail = (times: number) => {
    for (let i = 0; i < times; i++) breaker.failed('a')
  }
  return { clock, breaker, fail }
}

test('[GW-U5] four failures in a row leave it closed, the fifth opens it for five seconds', () => {
  const { clock, breaker, fail } = aBreaker()
  fail(4)
  expect(breaker.isOpen('a')).toBe(false)
  fail(1)
  expect(breaker.isOpen('a')).toBe(true)
  expect(breaker.health()).toEqual(new Map([['a', { answers: 0, failures: 5, isOpen: true }]]))
  clock.ms = 4999
  expect(breaker.isOpen('a')).toBe(true)
  clock.ms = 5000
  expect(breaker.isOpen('a')).toBe(false)
})

test('[GW-U5] the pause doubles with each further failure, up to a minute', () => {
  const { clock, breaker, fail } = aBreaker()
  fail(5)
  for (const pause of [10_000, 20_000, 40_000, 60_000, 60_000, 60_000]) {
    fail(1)
    const since = clock.ms
    clock.ms = since + pause - 1
    expect(breaker.isOpen('a')).toBe(true)
    clock.ms = since + pause
    expect(breaker.isOpen('a')).toBe(false)
  }
})

test('[GW-U5] one success forgets every failure', () => {
  const { breaker, fail } = aBreaker()
  fail(9)
  breaker.succeeded('a')
  expect(breaker.isOpen('a')).toBe(false)
  fail(4)
  expect(breaker.isOpen('a')).toBe(false)
})

test('[GW-U5] targets fail each for itself, and one never seen is closed', () => {
  const { breaker, fail } = aBreaker()
  fail(5)
  expect(breaker.isOpen('b')).toBe(false)
})
