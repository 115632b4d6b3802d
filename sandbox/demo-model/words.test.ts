import { expect, test } from 'vitest'
import { createSuggest, readWords } from './words.ts'

test.each([
  ["What's the weather in Athens and London?", ['Athens', 'London']],
  ['Weather in Athens, Greece', ['Athens, Greece']],
  ['Weather in Athens, Greece and London, UK, please', ['Athens, Greece', 'London, UK']],
  ['Weather in Athens, London and New York', ['Athens', 'London', 'New York']],
  ['Weather in Athens, London, and Paris?', ['Athens', 'London', 'Paris']],
  ['flights from Athens to London', ['Athens', 'London']],
  ['what is the weather in são paulo today?', ['são paulo']],
  ['Tell me a joke', []],
])('%s names the places %j', (message, places) => {
  expect(readWords(message).places).toEqual(places)
})

test('numbers are read apart from dates, addresses and links', () => {
  const words = readWords('Send 12,345.5 and -3 to a1@b2.com on 2026-01-02, see https://x.y/9.')
  expect(words).toMatchObject({
    numbers: [12345.5, -3],
    emails: ['a1@b2.com'],
    dates: ['2026-01-02'],
    urls: ['https://x.y/9'],
  })
})

test('quotations are read in several styles, apostrophes are not quotations', () => {
  expect(readWords(`It's "one" or 'two' or “three”, isn't it?`).quoted).toEqual(['one', 'two', 'three'])
})

test('each number goes to one property, and the same property gets the same number again', () => {
  const suggest = createSuggest(readWords('Add 2 and 3'))
  const number = { type: 'number' }
  expect([suggest('a', number), suggest('b', number), suggest('a', number)]).toEqual([[2], [3], [2]])
})

test('a value that is named goes to its property, whatever the order', () => {
  const suggest = createSuggest(readWords('maxResults: 7 and the colour is teal, then 5'))
  expect(suggest('maxResults', { type: 'integer' })).toEqual([7])
  expect(suggest('colour', { type: 'string' })).toEqual(['teal'])
  expect(createSuggest(readWords('max results 9'))('max_results', { type: 'integer' })).toEqual([9])
})

test('booleans follow the words, with negation', () => {
  const suggest = createSuggest(readWords('include archived, not draft'))
  expect(suggest('archived', { type: 'boolean' })).toEqual([true])
  expect(suggest('draft', { type: 'boolean' })).toEqual([false])
  expect(suggest('other', { type: 'boolean' })).toEqual([])
})

test('a very long message is read quickly', () => {
  const started = performance.now()
  for (const part of ['A ', 'a@', '1,', '"', ' in A, and ']) readWords(part.repeat(500_000))
  expect(performance.now() - started).toBeLessThan(2_000)
})
