import { lexer, type Tokens } from 'marked'
import { expect, test } from 'vitest'
import { cellsOf } from './table-text.ts'

test('[W-77] a table for a spreadsheet has its words alone', () => {
  const [table] = lexer(
    '| **a** | `b,c` |\n|---|---|\n| [x](https://y.example) "q" | ![p](https://z.example/p.png) |\n| 1 |  |',
  )
  expect(cellsOf(table as Tokens.Table)).toEqual([
    ['a', 'b,c'],
    ['x "q"', 'p'],
    ['1', ''],
  ])
})
