import { appendFileSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aSettlement } from './fixtures.ts'
import { requestRowFromSettlement } from './rows.ts'
import { Spill } from './spill.ts'

let dir: string
let warnings: string[]
let spill: Spill
const rows = [1, 2].map(() => requestRowFromSettlement(aSettlement(), 'node_a'))

beforeEach(() => {
  dir = mkdtempSync('/tmp/portal-spill-')
  warnings = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) })
  spill = new Spill({ dir, nodeId: 'node_a', log })
})
afterEach(() => rmSync(dir, { recursive: true }))

async function readAll(partAgeMinMs = 0) {
  const files: unknown[] = []
  for await (const file of spill.read(partAgeMinMs)) files.push(file.rows)
  return files
}

test('what was written is read, file by file, until it is removed', async () => {
  await spill.write(rows.slice(0, 1))
  await spill.write(rows.slice(1))
  expect(spill.waiting).toBe(2)
  expect(await readAll()).toEqual([[rows[0]], [rows[1]]])
  for await (const file of spill.read(0)) await file.remove()
  expect(spill.waiting).toBe(0)
  expect(await readAll()).toEqual([])
})

test('files of another process wait too, until it is seen that somebody took them', async () => {
  await spill.write(rows)
  const next = new Spill({ dir, nodeId: 'node_b', log: pino({ level: 'silent' }) })
  for await (const _ of next.read(0)) expect(next.waiting).toBe(1)
  for await (const file of spill.read(0)) await file.remove()
  for await (const file of next.read(0)) expect(file).toBeUndefined()
  expect(next.waiting).toBe(0)
})

test('a torn last line is skipped with a warning', async () => {
  await spill.write(rows)
  appendFileSync(join(dir, readdirSync(dir)[0] ?? ''), '{"started_at":17')
  expect(await readAll()).toEqual([rows])
  expect(warnings).toEqual([expect.stringContaining('torn')])
})

test('a half-written file is read only when its writer must be dead', async () => {
  await spill.write(rows)
  const [name = ''] = readdirSync(dir)
  const part = join(dir, name.replace('.jsonl', '.part'))
  renameSync(join(dir, name), part)
  expect(await readAll(60_000)).toEqual([])
  utimesSync(part, new Date(), Date.now() / 1000 - 61)
  expect(await readAll(60_000)).toEqual([rows])
})

test('a refused row is kept for a human and never replayed', async () => {
  await spill.refuse(requestRowFromSettlement(aSettlement(), 'node_a'))
  expect(readdirSync(dir)).toHaveLength(1)
  expect(await readAll()).toEqual([])
})
