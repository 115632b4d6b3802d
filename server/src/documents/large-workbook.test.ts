// A workbook as large as uploads are: made here, since it would be too large to keep.
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { ZipFile } from 'yazl'
import { createDocumentReader, type Reading } from './index.ts'
import { readingLimits } from './reading.ts'
import { readBytes } from './test-reading.ts'

const rows = 50_000
const columns = 10
const mebi = 1024 ** 2
const formats = 'http://schemas.openxmlformats.org'
const main = `${formats}/spreadsheetml/2006/main`
const officeRelation = `${formats}/officeDocument/2006/relationships`

/** Texts that hardly compress, the same in every run. */
function createTexts() {
  let state = 1
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff
    return state.toString(36)
  }
  return () => Array.from({ length: 10 }, next).join('')
}

function* sheet(cell: (name: string, index: number) => string): Generator<string> {
  yield `<?xml version="1.0"?><worksheet xmlns="${main}"><sheetData>`
  for (let row = 1; row <= rows; row += 1) {
    const cells = Array.from({ length: columns }, (_, column) =>
      cell(`${String.fromCharCode(65 + column)}${row}`, (row - 1) * columns + column),
    )
    yield `<row r="${row}">${cells.join('')}</row>`
  }
  yield '</sheetData></worksheet>'
}

function* sharedStrings(count: number): Generator<string> {
  const text = createTexts()
  yield `<?xml version="1.0"?><sst xmlns="${main}">`
  for (let index = 0; index < count; index += 1) yield `<si><t>${text()}</t></si>`
  yield '</sst>'
}

type Parts = { sheet: Generator<string>; strings: Generator<string> }

/** As spreadsheets write it: every text once in a list of its own. */
const asShared = (): Parts => ({
  sheet: sheet((name, index) => `<c r="${name}" t="s"><v>${index}</v></c>`),
  strings: sharedStrings(rows * columns),
})

/** As programs write it. */
function asInline(): Parts {
  const text = createTexts()
  return {
    sheet: sheet((name) => `<c r="${name}" t="inlineStr"><is><t>${text()}</t></is></c>`),
    strings: sharedStrings(0),
  }
}

async function workbook({ sheet, strings }: Parts): Promise<Buffer> {
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${officeRelation}/${kind}" Target="${target}"/>`
  const relations = (...each: string[]) =>
    `<Relationships xmlns="${formats}/package/2006/relationships">${each.join('')}</Relationships>`
  const archive = new ZipFile()
  const add = (name: string, text: string) => archive.addBuffer(Buffer.from(text), name)
  add('[Content_Types].xml', `<Types xmlns="${formats}/package/2006/content-types"/>`)
  add('_rels/.rels', relations(relation('r1', 'officeDocument', 'xl/workbook.xml')))
  add(
    'xl/workbook.xml',
    `<workbook xmlns="${main}" xmlns:r="${officeRelation}"><sheets><sheet name="Large" sheetId="1" r:id="r1"/></sheets></workbook>`,
  )
  add(
    'xl/_rels/workbook.xml.rels',
    relations(
      relation('r1', 'worksheet', 'worksheets/sheet1.xml'),
      relation('r2', 'sharedStrings', 'sharedStrings.xml'),
    ),
  )
  add('xl/worksheets/sheet1.xml', [...sheet].join(''))
  add('xl/sharedStrings.xml', [...strings].join(''))
  archive.end()
  return buffer(archive.outputStream)
}

test.each([
  ['shared', asShared],
  ['inline', asInline],
])(
  '[FX4] [FX5] a workbook of 20 MB with 500,000 %s texts is read up to the limit, with memory to spare',
  async (_, parts) => {
    const file = await workbook(parts())
    expect(file.length).toBeGreaterThan(20 * mebi)
    // A machine's allocator may hold on to more than another's.
    const reader = createDocumentReader({ limits: { memoryBytesMax: readingLimits.memoryBytesMax * 0.85 } })
    onTestFinished(() => reader.close())
    const reading = (await readBytes(
      reader,
      file,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    )) as Reading
    expect(reading.isTruncated).toBe(true)
    const characters = reading.passages.reduce((sum, { text }) => sum + text.length, 0)
    expect(characters).toBeLessThanOrEqual(readingLimits.charactersMax)
    expect(characters).toBeGreaterThan(readingLimits.charactersMax * 0.99)
    expect(reading.passages[0]?.place).toMatch(/^sheet "Large", rows 2–/)
  },
  90_000,
)
