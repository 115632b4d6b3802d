import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { deflateSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { ZipFile } from 'yazl'
import { createDocumentReader } from './index.ts'
import { readDocument } from './read-document.ts'
import { type ReadingLimits, readingLimits } from './reading.ts'
import { readBytes, readFixture } from './test-reading.ts'

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const mebi = 1024 ** 2
const reader = createDocumentReader({ processesMax: 2 })
afterAll(() => reader.close())

/** Reads in this process, where the limits of the reading itself are meant. */
const readWithin = (limits: Partial<ReadingLimits>, file: Buffer, mediaType: string) =>
  readDocument(file, {
    mediaType,
    limits: { ...readingLimits, timeMsMax: Number.POSITIVE_INFINITY, ...limits },
  })

async function zip(parts: Record<string, string | Buffer>): Promise<Buffer> {
  const archive = new ZipFile()
  for (const [name, content] of Object.entries(parts))
    archive.addBuffer(typeof content === 'string' ? Buffer.from(content) : content, name)
  archive.end()
  return buffer(archive.outputStream)
}

async function unpackedBytes(archive: Buffer): Promise<number> {
  let bytes = 0
  for await (const entry of (await yauzl.fromBufferPromise(archive)).eachEntry())
    bytes += entry.uncompressedSize
  return bytes
}

/** A document of Word's with this as its whole text part. */
const wordFile = (part: string | Buffer, others: Record<string, string | Buffer> = {}) =>
  zip({
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    '_rels/.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    'word/document.xml': part,
    ...others,
  })

const body = (text: string, doctype = '') =>
  `<?xml version="1.0"?>${doctype}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`

test('[FX6] 300 MB in a document of less than 1 MB are refused before they are unpacked', async () => {
  const bomb = await wordFile(Buffer.alloc(300 * mebi, ' '))
  expect(bomb.length).toBeLessThan(mebi)
  expect(await readBytes(reader, bomb, docx)).toEqual({ failure: 'too_large' })
  // With nonsense in place of the compressed bytes it would be damaged, if anybody looked at them.
  const name = 'word/document.xml'
  const beginning = bomb.indexOf(name) + name.length
  bomb.fill(0xff, beginning, beginning + 1000)
  expect(await readBytes(reader, bomb, docx)).toEqual({ failure: 'too_large' })
})

test('[FX6] 240 MB in a workbook, though in a part that is not read, are refused', async () => {
  const bomb = await zip({ 'xl/workbook.xml': '<workbook/>', 'xl/media/a.bmp': Buffer.alloc(240 * mebi) })
  expect(bomb.length).toBeLessThan(mebi)
  expect(await readBytes(reader, bomb, xlsx)).toEqual({ failure: 'too_large' })
})

test('[FX6] a directory that lies about the size of a part gains nothing', async () => {
  const part = body('a'.repeat(150 * mebi))
  const lying = await wordFile(part)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(part.length)
  const claimed = Buffer.alloc(4)
  claimed.writeUInt32LE(1000)
  let at = lying.indexOf(size)
  expect(at).toBeGreaterThan(0)
  for (; at >= 0; at = lying.indexOf(size, at)) claimed.copy(lying, at)
  expect(await readBytes(reader, lying, docx)).toEqual({ failure: 'damaged' })
})

test('[FX6] an archive of too many parts is refused, one at the limit is read', async () => {
  expect(
    await readWithin({ entriesMax: 5 }, await wordFile(body('five'), { a: '', b: '' }), docx),
  ).toMatchObject({
    passages: [{ text: 'five' }],
  })
  const six = await wordFile(body('six'), { a: '', b: '', c: '' })
  expect(await readWithin({ entriesMax: 5 }, six, docx)).toEqual({ failure: 'too_large' })
})

test('[FX6] the sizes of an archive’s parts are summed, and the limit itself is allowed', async () => {
  const archive = await wordFile(body('all of it'))
  const unpackedBytesMax = await unpackedBytes(archive)
  expect(await readWithin({ unpackedBytesMax }, archive, docx)).toMatchObject({
    passages: [{ text: 'all of it' }],
  })
  expect(await readWithin({ unpackedBytesMax: unpackedBytesMax - 1 }, archive, docx)).toEqual({
    failure: 'too_large',
  })
})

test('[FX6] a PDF whose page unpacks to more than the process may hold is refused', async () => {
  const small = createDocumentReader({ limits: { memoryBytesMax: 200 * mebi } })
  const page = deflateSync(deflateSync(Buffer.alloc(250 * mebi, ' ')))
  expect(await readBytes(small, pdf(page, '/Filter [/FlateDecode /FlateDecode]'), 'application/pdf')).toEqual(
    {
      failure: 'too_large',
    },
  )
  await small.close()
})

test('[FX4] a file of the largest size is read, one byte more is not', async () => {
  const small = createDocumentReader({ limits: { fileBytesMax: 10 } })
  expect(await readBytes(small, '0123456789', 'text/plain')).toMatchObject({
    passages: [{ place: 'line 1' }],
  })
  expect(await readBytes(small, '0123456789a', 'text/plain')).toEqual({ failure: 'too_large' })
  await small.close()
})

test('[FX4] a reading ends with the passage that still fits, and says that there is more', async () => {
  const lines = Buffer.from(`${'a'.repeat(1500)}\n${'b'.repeat(1500)}\n${'c'.repeat(1500)}`)
  expect(await readWithin({ charactersMax: 4500, passagesMax: 3 }, lines, 'text/plain')).toMatchObject({
    passages: [{ place: 'line 1' }, { place: 'line 2' }, { place: 'line 3' }],
    isTruncated: false,
  })
  for (const limits of [{ charactersMax: 4499 }, { passagesMax: 2 }]) {
    expect(await readWithin(limits, lines, 'text/plain')).toMatchObject({
      passages: [{ place: 'line 1' }, { place: 'line 2' }],
      isTruncated: true,
    })
  }
})

test('[FX4] a reading that nears its time keeps what it has', async () => {
  const lines = Buffer.from(Array.from({ length: 100 }, (_, at) => `${at}`.repeat(1000)).join('\n'))
  const timeMsMax = performance.now()
  expect(await readWithin({ timeMsMax }, lines, 'text/plain')).toMatchObject({
    passages: [],
    isTruncated: true,
  })
})

test('[FX4] a reading that takes longer than it may is ended', async () => {
  const hasty = createDocumentReader({ limits: { timeMsMax: 5 } })
  expect(await readBytes(hasty, 'text', 'text/plain')).toEqual({ failure: 'took_too_long' })
  await hasty.close()
})

test('[FX8] entities in an office file are refused, and nothing is fetched for one', async () => {
  let asked = 0
  const canary = createServer((_req, res) => {
    asked += 1
    res.end('<!ENTITY a "fetched">')
  }).listen(0, '127.0.0.1')
  await once(canary, 'listening')
  const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/`
  const laughs = `<!DOCTYPE a [<!ENTITY a "ha">${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
    .map((name, at) => `<!ENTITY ${name} "${`&${'abcdefghij'[at]};`.repeat(10)}">`)
    .join('')}]>`
  const files = [
    await wordFile(body('harmless', '<!DOCTYPE a>')),
    await wordFile(body('&j;', laughs)),
    await wordFile(body('&a;', `<!DOCTYPE a [<!ENTITY a SYSTEM "${url}">]>`)),
    await wordFile(body('&a;', `<!DOCTYPE a SYSTEM "${url}">`)),
  ]
  for (const file of files) expect(await readBytes(reader, file, docx)).toEqual({ failure: 'damaged' })
  const xml = body('&j;', laughs)
  expect(await readBytes(reader, xml, 'application/xml')).toMatchObject({ passages: [{ text: xml }] })
  const page = `<!DOCTYPE html SYSTEM "${url}"><img src="${url}"><link rel="stylesheet" href="${url}">`
  expect(await readBytes(reader, page, 'text/html')).toMatchObject({ passages: [{ text: page }] })
  expect(asked).toBe(0)
  canary.close()
})

test('[FX8] a PDF’s scripts and actions are not carried out', async () => {
  let asked = 0
  const canary = createServer((_req, res) => {
    asked += 1
    res.end()
  }).listen(0, '127.0.0.1')
  await once(canary, 'listening')
  const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/`
  const action = `/OpenAction << /S /JavaScript /JS (for (;;) app.launchURL\\("${url}"\\)) >> /AA << /WC << /S /URI /URI (${url}) >> >>`
  const file = pdf(Buffer.from('BT /F1 12 Tf 72 700 Td (Only this) Tj ET'), '', action)
  expect(await readBytes(reader, file, 'application/pdf')).toMatchObject({
    passages: [{ text: 'Only this' }],
  })
  expect(asked).toBe(0)
  canary.close()
})

test('[FX7] an office file with a password says so', async () => {
  const compound = Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(504),
    Buffer.from('EncryptedPackage', 'utf16le'),
  ])
  for (const type of [docx, xlsx]) {
    expect(await readBytes(reader, compound, type)).toEqual({ failure: 'encrypted' })
  }
})

test('[FX7] a document of Word’s older format with a password says so', async () => {
  const document = await readFile(join(import.meta.dirname, 'fixtures/report.doc'))
  const flags = document.indexOf(Buffer.from('eca50101', 'hex')) + 10
  document.writeUInt16LE(document.readUInt16LE(flags) | 0x0100, flags)
  expect(await readBytes(reader, document, 'application/msword')).toEqual({ failure: 'encrypted' })
})

test('[FX5] who is refused is no harm to the next', async () => {
  await readBytes(reader, Buffer.from('%PDF-1.7 and no more'), 'application/pdf')
  expect((await readFixture(reader, 'report.pdf')).pages).toBe(3)
})

/** A PDF of one page with this content stream. */
function pdf(content: Buffer, entries: string, catalogue = ''): Buffer {
  return Buffer.concat([
    Buffer.from(
      `%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R ${catalogue} >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >> endobj\n4 0 obj << /Length ${content.length} ${entries} >> stream\n`,
    ),
    content,
    Buffer.from('\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF'),
  ])
}
