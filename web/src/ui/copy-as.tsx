import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useCopy } from './copy.tsx'

/** A quiet button that copies something in a format: the text is made when it is asked for. */
export function CopyAs({ what, textOf }: { what: string; textOf: () => string }) {
  const { state, copy } = useCopy(textOf)
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
