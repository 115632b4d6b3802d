import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { CopyButton, Dialog } from '../ui/index.ts'
import classes from './rows.module.css'

type BackupCodesProps = { codes: readonly string[] | null; onClose: () => void }

/** Shows backup codes the only time they can be seen, to be copied or kept as a file. */
export function BackupCodes({ codes, onClose }: BackupCodesProps) {
  return (
    <Dialog
      opened={codes !== null}
      onClose={() => {}}
      closeOnClickOutside={false}
      withCloseButton={false}
      title="Your backup codes"
    >
      {codes && <Codes codes={codes} onClose={onClose} />}
    </Dialog>
  )
}

function Codes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const [isSaved, setSaved] = useState(false)
  const text = codes.join('\n')
  return (
    <Stack>
      <Text size="sm">
        Each signs you in once when your telephone is not there. Keep them where you keep passwords: they are
        not shown again, and earlier ones no longer work.
      </Text>
      <ul className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group>
        <CopyButton text={text} label="Copy" />
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          component="a"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
          download="portal-backup-codes.txt"
        >
          Download
        </Button>
      </Group>
      <Group justify="space-between">
        <Checkbox
          label="I have saved them"
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
