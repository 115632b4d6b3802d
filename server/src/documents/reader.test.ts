import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createDocumentReader, type Reading, recogniseType } from './index.ts'
import { readFixture } from './test-reading.ts'

const fact = 'The Heron bridge was opened in 1974 and is 312 metres long.'
const reader = createDocumentReader({ processesMax: 2 })
afterAll(() => reader.close())

const read = (name: string) => readFixture(reader, name)
const textOf = ({ passages }: Reading) => passages.map(({ text }) => text).join('\n')

test.concurrent.each([
  ['report.pdf', 'page 3', 3],
  ['restricted.pdf', 'page 3', 3],
  ['report.docx', 'section "The Heron bridge"', null],
  ['report.doc', null, null],
  ['report.rtf', null, null],
  ['costs.xlsx', 'sheet "Bridges", rows 2–3', null],
  ['costs.csv', 'rows 2–3', null],
  ['costs.tsv', 'rows 2–3', null],
  ['bridge.json', 'lines 1–6', null],
  ['bridge.xml', 'lines 1–6', null],
  ['bridge.py', 'lines 1–4', null],
  ['notes.md', 'lines 1–7', null],
  ['notes.txt', 'lines 1–5', null],
  ['notes-utf16.txt', 'lines 1–5', null],
  ['notes-latin1.txt', 'lines 1–5', null],
] as const)('[FX3] %s is read, and the fact is found at %s', async (name, place, pages) => {
  const reading = await read(name)
  expect(reading).toMatchObject({ pages, isTruncated: false, note: null })
  expect(reading.passages.find(({ text }) => text.includes(fact))?.place).toBe(place)
  expect(textOf(reading)).toContain('Brücke')
  if (name !== 'notes-latin1.txt') expect(textOf(reading)).toMatch(/苍鹭桥.*🦩/s)
})

test('[FX3] a table’s cells, a footnote and what other alphabets hold come with a document', async () => {
  for (const name of ['report.pdf', 'report.docx', 'report.doc', 'report.rtf']) {
    const text = textOf(await read(name))
    expect(text).toMatch(/North\W+156/)
    expect(text).toContain('Łukasz Nowak')
    if (name !== 'report.rtf') expect(text).toContain('Since the autumn of 2011.')
  }
})

test('[FX3] a workbook’s sheets are told apart; formulas have their values, days are ISO’s', async () => {
  expect((await read('costs.xlsx')).passages).toEqual([
    {
      place: 'sheet "Bridges", rows 2–3',
      text: expect.stringMatching(/^Name \| Fact \| Surveyed\nHeron .*2025-03-09\n/),
    },
    { place: 'sheet "Costs", rows 2–4', text: 'Item | Euro\nPaint | 1250.5\nSteel | 8000\nSum | 9250.5' },
  ])
})

test('[FX3] a PDF whose characters need a map is read', async () => {
  expect(textOf(await read('japanese.pdf'))).toContain('鷺橋は一九七四年に開通した。')
})

test('[FX7] a PDF that asks for a password says so; one of pictures alone is called scanned', async () => {
  const type = { mediaType: 'application/pdf', kind: 'document' } as const
  const path = (name: string) => join(import.meta.dirname, 'fixtures', name)
  expect(await reader.read(path('encrypted.pdf'), type)).toEqual({ failure: 'encrypted' })
  expect(await reader.read(path('scanned.pdf'), type)).toEqual({
    passages: [],
    pages: 1,
    isTruncated: false,
    note: 'scanned',
  })
})

test('[FX9] ten that come at once are all read, and so is one after them', async () => {
  const names = ['report.pdf', 'costs.csv', 'notes.txt', 'bridge.py', 'costs.tsv']
  const readings = await Promise.all([...names, ...names].map(read))
  for (const reading of readings) expect(textOf(reading)).toContain(fact)
  expect(textOf(await read('notes.txt'))).toContain(fact)
})

test('[FX9] after close nothing is read, and no process is left', async () => {
  const closing = createDocumentReader()
  const name = join(import.meta.dirname, 'fixtures/report.pdf')
  const type = await recogniseType(await readFile(name), name)
  if (!type) throw new Error('the fixture is not known')
  const [first, second] = [closing.read(name, type), closing.read(name, type)].map((reading) =>
    reading.catch((error: unknown) => error),
  )
  await closing.close()
  expect(await first).toMatchObject({ code: 'draining' })
  expect(await second).toMatchObject({ code: 'draining' })
  await expect(closing.read(name, type)).rejects.toMatchObject({ code: 'draining' })
})

test('a file that is not there is the caller’s fault', async () => {
  await expect(reader.read('/nowhere', { mediaType: 'text/plain', kind: 'code' })).rejects.toThrow('ENOENT')
})
