import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { createDocumentReader } from './index.ts'
import { readDocument } from './read-document.ts'
import { readingLimits } from './reading.ts'
import { readBytes, typeOfFixture } from './test-reading.ts'

const names = [
  ...['report.pdf', 'report.docx', 'report.doc', 'report.rtf', 'costs.xlsx', 'costs.csv', 'costs.tsv'],
  ...['bridge.json', 'bridge.xml', 'bridge.py', 'notes.md', 'notes.txt', 'notes-utf16.txt'],
]
const reader = createDocumentReader({ processesMax: 2 })
afterAll(() => reader.close())

const limits = { ...readingLimits, timeMsMax: Number.POSITIVE_INFINITY }
const bytesOf = (name: string) => readFile(join(import.meta.dirname, 'fixtures', name))
const isAnswer = (answer: object): boolean => 'passages' in answer || 'failure' in answer

test.concurrent.each(names)('[FX5] %s is answered when half of it is missing', async (name) => {
  const bytes = await bytesOf(name)
  const { mediaType } = await typeOfFixture(name)
  const answer = await readBytes(reader, bytes.subarray(0, bytes.length / 2), mediaType)
  expect(isAnswer(answer)).toBe(true)
  if (/\.(docx|xlsx|doc)$/.test(name)) expect(answer).toEqual({ failure: 'damaged' })
})

test.each(names)('[FX5] %s is answered whatever of it is changed', async (name) => {
  const bytes = await bytesOf(name)
  const { mediaType } = await typeOfFixture(name)
  const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) })
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 20 }),
      fc.nat(bytes.length),
      async (changes, end) => {
        const changed = Buffer.from(bytes.subarray(0, Math.max(end, bytes.length / 2)))
        for (const { at, byte } of changes) if (at < changed.length) changed[at] = byte
        expect(isAnswer(await readDocument(changed, { mediaType, limits }))).toBe(true)
      },
    ),
    { numRuns: 20 },
  )
})
