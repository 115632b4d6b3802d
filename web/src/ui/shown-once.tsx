import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Dialog } from './dialog.tsx'

type ShownOnceProps = {
  title: string
  size?: 'md' | 'lg'
  /** What it is and where to keep it. */
  advice: string
  /** What somebody says before it closes. */
  saved: string
  children: ReactNode
  onClose: () => void
}

/** A dialog about what can be seen this once. It closes only after somebody said that they have it. */
export function ShownOnce({ title, size = 'md', advice, saved, children, onClose }: ShownOnceProps) {
  const [isSaved, setSaved] = useState(false)
  return (
    <Dialog
      opened
      onClose={() => {}}
      closeOnClickOutside={false}
      withCloseButton={false}
      title={title}
      size={size}
    >
      <Stack>
        <Text size="sm">{advice}</Text>
        {children}
        <Group justify="space-between" mt={4}>
          <Checkbox
            label={saved}
            checked={isSaved}
            onChange={(event) => setSaved(event.currentTarget.checked)}
          />
          <Button onClick={onClose} disabled={!isSaved}>
            Done
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
