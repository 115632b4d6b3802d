import { expect, test } from 'vitest'
import { Known } from './known.ts'

const HOUR_MS = 3_600_000

test('memory follows the subjects in use, not those ever seen', () => {
  const known = new Known()
  for (let at = 0; at < 1000; at++) known.set(`seen ${at}`, { openLeases: 0, usedAt: 0 })
  known.set('busy', { openLeases: 1, usedAt: 0 })
  for (let at = 0; at < 1000; at++) known.find('busy', HOUR_MS)
  expect(known.size).toBe(1001)
  for (let at = 0; at < 1000; at++) known.find('busy', HOUR_MS + 1)
  expect(known.size).toBe(1)
})

test('an idle subject is unknown even while it is in memory', () => {
  const known = new Known()
  for (let at = 0; at < 10; at++) known.set(`key ${at}`, { openLeases: 0, usedAt: 0 })
  expect(known.find('key 9', HOUR_MS + 1)).toBeUndefined()
  expect(known.size).toBeGreaterThan(1)
})

test('a stream of keys seen once each never fills the memory', () => {
  const known = new Known()
  let most = 0
  for (let at = 0; at < 100_000; at++) {
    const now = at * 3600
    known.find(`key ${at}`, now)
    known.set(`key ${at}`, { openLeases: 0, usedAt: now })
    most = Math.max(most, known.size)
  }
  // A thousand new keys an hour, forgotten after one.
  expect(most).toBeLessThan(4000)
})
