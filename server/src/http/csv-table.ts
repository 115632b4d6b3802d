/** How a column's cell is read from a row. */
export type CsvColumns<Row> = Record<string, (row: Row) => string | number | boolean | null | undefined>

/** A CSV file (RFC 4180) of such rows: its first line, and the line of one row. */
export const csvTable = <Row>(columns: CsvColumns<Row>): { head: string; line: (row: Row) => string } => ({
  head: byteOrderMark + lineOf(Object.keys(columns)),
  line: (row) => lineOf(Object.values(columns).map((read) => String(read(row) ?? ''))),
})

/** Tells spreadsheets that it is UTF-8. */
const byteOrderMark = '\uFEFF'

const lineOf = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`

// A spreadsheet takes what begins so for a formula, in quotes too (OWASP, CSV Injection).
const cell = (text: string): string => `"${defused(text).replaceAll('"', '""')}"`
const defused = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)
