import type { Tokens } from 'marked'
import type { ReactNode } from 'react'
import { CopyAs, csvOf } from '../ui/index.ts'
import classes from './table-block.module.css'
import { cellsOf } from './table-text.ts'

/** A table with what copies it. */
export const TableBlock = ({ token, children }: { token: Tokens.Table; children: ReactNode }) => (
  <div className={classes.block}>
    {children}
    <div className={classes.tools}>
      <CopyAs what="CSV" textOf={() => csvOf(cellsOf(token))} />
      <CopyAs what="Markdown" textOf={() => token.raw.trim()} />
    </div>
  </div>
)
