import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId, timeOfId } from './ids.ts'

test('an id wears the prefix of its kind and 26 characters', () => {
  expect(newId('key')).toMatch(/^key_[0-9a-z]{26}$/)
  expect(newId('request')).toMatch(/^req_[0-9a-z]{26}$/)
})

test('the instant an id was made can be read back from it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (atMs) => {
      expect(timeOfId(newId('request', atMs))).toBe(atMs)
    }),
  )
})

test('ids sort as the times they were made', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 48 - 2 }),
      fc.integer({ min: 1, max: 10_000 }),
      (atMs, later) => {
        expect(newId('request', atMs) < newId('request', atMs + later)).toBe(true)
      },
    ),
  )
})

test('no two of a hundred thousand ids are alike', () => {
  const ids = new Set(Array.from({ length: 100_000 }, () => newId('request', 0)))
  expect(ids.size).toBe(100_000)
})

test('what is no id has no time', () => {
  for (const text of ['', 'req_', 'req_short', `req_${'u'.repeat(26)}`]) expect(timeOfId(text)).toBeNull()
})
