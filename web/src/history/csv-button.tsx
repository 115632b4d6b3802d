import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'

/** Has what is shown as a file. */
export const CsvButton = ({ href }: { href: string }) => (
  <Button
    component="a"
    variant="default"
    href={href}
    download
    leftSection={<IconDownload size={16} aria-hidden />}
  >
    Export as CSV
  </Button>
)
