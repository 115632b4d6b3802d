import { lexer, type Tokens } from 'marked'
import { expect, test } from 'vitest'
import { csvOf } from './table-text.ts'

test('[W-77] a table for a spreadsheet has its words alone, quoted where they need it', () => {
  const [table] = lexer(
    '| **a** | `b,c` |\n|---|---|\n| [x](https://y.example) "q" | ![p](https://z.example/p.png) |\n| 1 |  |',
  )
  expect(csvOf(table as Tokens.Table)).toBe('a,"b,c"\r\n"x ""q""",p\r\n1,')
})
