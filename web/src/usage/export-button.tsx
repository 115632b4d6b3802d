import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'

/** What opens the menu of files. */
export const ExportButton = (props: Pick<ComponentPropsWithRef<'button'>, 'ref' | 'onClick'>) => (
  <Button
    variant="default"
    leftSection={<IconDownload size={16} aria-hidden />}
    aria-haspopup="menu"
    {...props}
  >
    Export
  </Button>
)
