import { ActionIcon, Button, Group, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import classes from './copy.module.css'

const shownMs = 2000

/** Copies and then says so: only once the clipboard has it. The text is made when it is asked for. */
export function useCopy(textOf: () => string) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), shownMs)
    return () => clearTimeout(timer)
  }, [state])
  const copy = () =>
    navigator.clipboard.writeText(textOf()).then(
      () => setState('copied'),
      () => setState('failed'),
    )
  return { state, copy }
}

const icons = {
  idle: <IconCopy size={16} aria-hidden />,
  copied: <IconCheck size={16} aria-hidden />,
  failed: <IconX size={16} aria-hidden />,
}
const said = { copied: 'Copied', failed: 'Not copied: select the text and copy it yourself' }

type CopyProps = { text: string; label: string }

/** A small button that copies `text`. */
export function CopyIcon({ text, label }: CopyProps) {
  const { state, copy } = useCopy(() => text)
  const name = state === 'idle' ? label : said[state]
  return (
    <Tooltip label={name}>
      <ActionIcon variant="subtle" color="gray" aria-label={name} onClick={copy}>
        {icons[state]}
      </ActionIcon>
    </Tooltip>
  )
}

/** A button with a name that copies `text`. */
export function CopyButton({ text, label }: CopyProps) {
  const { state, copy } = useCopy(() => text)
  return (
    <Button variant="default" leftSection={icons[state]} onClick={copy} aria-live="polite">
      {state === 'idle' ? label : said[state]}
    </Button>
  )
}

/** Code or a secret, whole, with its copy button; long lines wrap, or else the block scrolls. */
export function CopyBlock({ text, label, wraps = true }: CopyProps & { wraps?: boolean }) {
  return (
    <Group wrap="nowrap" align="flex-start" gap="xs" className={classes.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <pre className={classes.text} data-wraps={wraps} tabIndex={0}>
        {text}
      </pre>
      <CopyIcon text={text} label={label} />
    </Group>
  )
}
