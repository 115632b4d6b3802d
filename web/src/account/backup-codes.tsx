import { Button, Group } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { CopyButton, ShownOnce } from '../ui/index.ts'
import classes from './rows.module.css'

/** Shows backup codes the only time they can be seen, to be copied or kept as a file. */
export function BackupCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const text = codes.join('\n')
  return (
    <ShownOnce
      title="Your backup codes"
      advice="Each signs you in once when your phone is not at hand. Keep them where you keep passwords: they are not shown again, and earlier ones no longer work."
      saved="I have saved them"
      onClose={onClose}
    >
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
    </ShownOnce>
  )
}
