import readWorkbook from 'read-excel-file/universal'
import { repack } from './archive.ts'
import type { Draft } from './draft.ts'
import type { Passage, ReadingLimits } from './reading.ts'
import { cutTable } from './table.ts'

type Cell = string | number | boolean | Date | null

/** Reads a workbook, sheet by sheet; formulas by the values they last had. */
export async function readXlsx(file: Buffer, limits: ReadingLimits): Promise<Draft> {
  const { buffer } = await repack(file, limits)
  const sheets = await readWorkbook(buffer)
  return { passages: passagesOf(sheets) }
}

async function* passagesOf(sheets: { sheet: string; data: unknown[][] }[]): AsyncGenerator<Passage> {
  for (const { sheet, data } of sheets) {
    const rows = data.map((row) => row.map((cell) => textOf(cell as Cell)))
    yield* cutTable(rows, (place) => `sheet "${sheet}", ${place}`)
  }
}

function textOf(cell: Cell): string {
  if (cell === null) return ''
  if (!(cell instanceof Date)) return String(cell)
  const iso = cell.toISOString()
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ')
}
