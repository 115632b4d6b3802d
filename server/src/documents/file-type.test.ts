import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recogniseType } from './index.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const office = 'application/vnd.openxmlformats-officedocument.'
const headOf = async (name: string) => (await readFile(join(fixtures, name))).subarray(0, 4100)
const typeOf = (content: string, name: string) => recogniseType(Buffer.from(content, 'latin1'), name)

test.each([
  ['report.pdf', 'application/pdf', 'document'],
  ['report.doc', 'application/msword', 'document'],
  ['report.docx', `${office}wordprocessingml.document`, 'document'],
  ['report.rtf', 'application/rtf', 'document'],
  ['costs.xlsx', `${office}spreadsheetml.sheet`, 'data'],
  ['costs.csv', 'text/csv', 'data'],
  ['costs.tsv', 'text/tab-separated-values', 'data'],
  ['bridge.json', 'application/json', 'data'],
  ['bridge.xml', 'application/xml', 'data'],
  ['bridge.py', 'text/plain', 'code'],
  ['notes.md', 'text/markdown', 'document'],
  ['notes.txt', 'text/plain', 'document'],
  ['notes-utf16.txt', 'text/plain', 'document'],
  ['notes-latin1.txt', 'text/plain', 'document'],
])('[FX1] %s is known for what it is', async (name, mediaType, kind) => {
  expect(await recogniseType(await headOf(name), name)).toEqual({ mediaType, kind })
})

test('[FX1] every extension that people are told of is taken', async () => {
  const names = 'js ts jsx tsx py java go rs c h cpp cs rb php swift kt sh sql html css yaml toml'.split(' ')
  for (const name of names) expect((await typeOf('text', `A.${name.toUpperCase()}`))?.kind, name).toBe('code')
  expect(await typeOf('FROM scratch', 'Dockerfile')).toMatchObject({ kind: 'code' })
})

test('[FX2] bytes win over the name where they are a known binary type', async () => {
  expect(await recogniseType(await headOf('report.pdf'), 'report.txt')).toMatchObject({
    mediaType: 'application/pdf',
  })
  expect(await recogniseType(await headOf('report.docx'), 'costs.xlsx')).toMatchObject({
    mediaType: `${office}wordprocessingml.document`,
  })
  expect(await recogniseType(await headOf('report.rtf'), 'report.doc')).toMatchObject({
    mediaType: 'application/rtf',
  })
})

test.each([
  ['a page named as a picture', '<!doctype html><script>alert(1)</script>', 'cat.png'],
  ['a drawing named as a picture', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'cat.png'],
  ['a page named as a drawing', '<html><svg></svg></html>', 'cat.svg'],
  ['text named as a document', 'dear all', 'letter.docx'],
  ['text named as PDF', 'dear all', 'letter.pdf'],
  ['a program', 'MZ\x90\0\x03\0\0\0', 'notes.txt'],
  ['a program of another system', '\x7fELF\x02\x01\x01\0', 'notes.txt'],
  ['an archive', 'PK\x03\x04\x14\0\0\0\x08\0aaaaaaaaaaaaaaaa\x05\0\0\0a.txt', 'a.zip'],
  ['an archive named as a document', 'PK\x03\x04\x14\0\0\0\x08\0aaaaaaaaaaaaaaaa\x05\0\0\0a.txt', 'a.docx'],
  ['compressed data', '\x1f\x8b\x08\0\0\0\0\0', 'notes.txt'],
  ['bytes without meaning', '\x01\x02\x03\x04', 'notes.txt'],
  ['text with a NUL', 'a\0b', 'notes.txt'],
  ['an unknown extension', 'hello', 'notes.xyz'],
  ['a name out of an object', 'hello', 'constructor'],
])('[FX2] %s is refused', async (_what, content, name) => {
  expect(await typeOf(content, name)).toBe(null)
})

test('[FX2] a text that begins with the letters of a binary format is text', async () => {
  for (const content of ['BM is a bitmap', 'MZ is a program', 'GIF is a picture', 'PK is a zip', '']) {
    expect(await typeOf(content, 'notes.txt'), content).toEqual({ mediaType: 'text/plain', kind: 'document' })
  }
})

test('[FX2] a drawing is one after its declaration, comments and document type', async () => {
  const drawing = `<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg:svg/>`
  expect(await typeOf(drawing, 'cat.svg')).toEqual({ mediaType: 'image/svg+xml', kind: 'image' })
})

test('[FX2] text is known although its last character is cut', async () => {
  const bytes = Buffer.from('Brücke 苍鹭桥')
  for (let end = 1; end <= bytes.length; end += 1) {
    expect(await recogniseType(bytes.subarray(0, end), 'notes.txt')).toMatchObject({
      mediaType: 'text/plain',
    })
  }
})

test('[FX2] an office file with a password, and one whose head says little, goes by its name', async () => {
  const compound = await headOf('report.doc')
  expect(await recogniseType(compound, 'report.docx')).toMatchObject({
    mediaType: `${office}wordprocessingml.document`,
  })
  expect(await recogniseType(compound, 'setup.msi')).toBe(null)
  const head = (await headOf('costs.xlsx')).subarray(0, 60)
  expect(await recogniseType(head, 'costs.xlsx')).toMatchObject({ kind: 'data' })
})
