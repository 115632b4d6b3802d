import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { Tokens } from 'marked'
import { type ReactNode, useEffect, useState } from 'react'
import classes from './table-block.module.css'
import { csvOf } from './table-text.ts'

/** A table with what copies it. */
export const TableBlock = ({ token, children }: { token: Tokens.Table; children: ReactNode }) => (
  <div className={classes.block}>
    {children}
    <div className={classes.tools}>
      <CopyAs what="CSV" textOf={() => csvOf(token)} />
      <CopyAs what="Markdown" textOf={() => token.raw.trim()} />
    </div>
  </div>
)

const copiedMs = 2000

function CopyAs({ what, textOf }: { what: string; textOf: () => string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), copiedMs)
    return () => clearTimeout(timer)
  }, [state])
  const copy = () =>
    navigator.clipboard.writeText(textOf()).then(
      () => setState('copied'),
      () => setState('failed'),
    )
  const says = { idle: `Copy as ${what}`, copied: 'Copied', failed: 'Not copied' }
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-xs"
      leftSection={
        state === 'copied' ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />
      }
      aria-live="polite"
      onClick={copy}
    >
      {says[state]}
    </Button>
  )
}
