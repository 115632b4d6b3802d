import { expect, test } from 'vitest'
import { cut, passageCharactersMax, type Stretch } from './cut.ts'
import type { Passage } from './reading.ts'
import { cutTable } from './table.ts'

async function all(passages: AsyncIterable<Passage>): Promise<Passage[]> {
  const gathered: Passage[] = []
  for await (const passage of passages) gathered.push(passage)
  return gathered
}

const placeOf = (first: number, last: number) => `${first}-${last}`
const passagesOf = (stretch: Partial<Stretch> & Pick<Stretch, 'units'>): Promise<Passage[]> =>
  all(cut({ separator: '\n', placeOf, ...stretch }))

test('[FX3] passages end where lines end, none is lost, and places follow each other', async () => {
  const units = Array.from({ length: 500 }, (_, at) => `line ${at} ${'x'.repeat(at % 97)}`)
  const passages = await passagesOf({ units })
  expect(
    passages
      .map(({ text }) => text)
      .join('\n')
      .split('\n'),
  ).toEqual(units)
  let next = 1
  for (const { place, text } of passages) {
    const [first = 0, last = 0] = (place ?? '').split('-').map(Number)
    expect(text.length).toBeLessThanOrEqual(passageCharactersMax)
    expect(first).toBe(next)
    expect(text.split('\n')).toEqual(units.slice(first - 1, last))
    next = last + 1
  }
  expect(next).toBe(501)
})

test('[FX3] what fills a passage exactly is one; a character more begins another', async () => {
  const half = 'x'.repeat((passageCharactersMax - 2) / 2)
  expect(await passagesOf({ units: [half, `${half}y`] })).toHaveLength(1)
  expect(await passagesOf({ units: [half, `${half}yy`] })).toHaveLength(2)
  expect(await passagesOf({ units: ['x'.repeat(passageCharactersMax)] })).toHaveLength(1)
})

test('[FX3] a paragraph that is longer is cut after a sentence, and its pieces overlap a little', async () => {
  const sentence = 'The Heron bridge was opened in 1974 and is 312 metres long. '
  const passages = await passagesOf({ units: ['before', sentence.repeat(100), 'after'] })
  expect(passages.map(({ place }) => place)).toEqual(['1-1', '2-2', '2-2', '2-2', '2-2', '3-3'])
  const pieces = passages.slice(1, -1)
  for (const [at, { text }] of pieces.entries()) {
    expect(text.length).toBeLessThanOrEqual(passageCharactersMax)
    if (at < pieces.length - 1) expect(text.trimEnd().endsWith('long.')).toBe(true)
    if (at > 0) expect(pieces[at - 1]?.text).toContain(text.slice(0, 150))
  }
})

test('[FX3] a line without any space is cut all the same', async () => {
  const passages = await passagesOf({ units: ['z'.repeat(100_000)] })
  expect(passages.length).toBeGreaterThan(50)
  for (const { text } of passages) expect(text.length).toBeLessThanOrEqual(passageCharactersMax)
})

test('[FX3] every passage of a table is headed by its first row, unless that would fill it', async () => {
  const rows = Array.from({ length: 301 }, (_, at) =>
    at === 0 ? ['number', 'word'] : [`${at}`, 'x'.repeat(20)],
  )
  const passages = await all(cutTable(rows, (place) => place))
  expect(passages.length).toBeGreaterThan(2)
  for (const { text } of passages) expect(text.startsWith('number | word\n')).toBe(true)
  expect(passages[0]?.place).toMatch(/^rows 2–/)
  expect(passages.at(-1)?.place).toMatch(/–301$/)
  const wide = await all(cutTable([['h'.repeat(1500)], ['a'], ['b']], (place) => place))
  expect(wide).toEqual([{ place: 'rows 2–3', text: 'a\nb' }])
})

test('[FX3] empty rows before the header, between others and after them are counted, not read', async () => {
  const blank = ['', ' ']
  const rows = [blank, ['name', 'x'], blank, ['heron', '1'], ...Array.from({ length: 5000 }, () => blank)]
  expect(await all(cutTable(rows, (place) => place))).toEqual([
    { place: expect.stringMatching(/^rows 3–/), text: expect.stringMatching(/^name \| x\n\nheron \| 1\n*$/) },
  ])
  expect(await all(cutTable([blank, blank], (place) => place))).toEqual([])
})

test('[FX3] a table of its header alone is that', async () => {
  expect(await all(cutTable([['a', 'b']], (place) => place))).toEqual([{ place: 'row 1', text: 'a | b' }])
  expect(await all(cutTable([], (place) => place))).toEqual([])
})
