import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { CopyBlock } from './copy.tsx'
import { Dialog } from './dialog.tsx'

type SecretRevealProps = {
  title: string
  /** Shown this once; the dialog is open while there is one. */
  secret: string | null
  label: string
  /** What to do with it. */
  children?: ReactNode
  onClose: () => void
}

/** Shows a secret the only time it can be seen. It closes once somebody says that they have it. */
export function SecretReveal({ title, secret, label, children, onClose }: SecretRevealProps) {
  return (
    <Dialog
      opened={secret !== null}
      onClose={() => {}}
      closeOnClickOutside={false}
      withCloseButton={false}
      title={title}
      size="lg"
    >
      {secret !== null && (
        <Revealed secret={secret} label={label} onClose={onClose}>
          {children}
        </Revealed>
      )}
    </Dialog>
  )
}

function Revealed({
  secret,
  label,
  children,
  onClose,
}: Omit<SecretRevealProps, 'title'> & { secret: string }) {
  const [isSaved, setSaved] = useState(false)
  return (
    <Stack>
      <Text size="sm">
        Copy it now and keep it where only your program can read it. It is not shown again.
      </Text>
      <CopyBlock text={secret} label={label} />
      {children}
      <Group justify="space-between" mt="xs">
        <Checkbox
          label="I have saved it"
          checked={isSaved}
          onChange={(event) => setSaved(event.currentTarget.checked)}
        />
        <Button onClick={onClose} disabled={!isSaved}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
