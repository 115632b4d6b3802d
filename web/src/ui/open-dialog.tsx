import { Modal, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import type { DialogProps } from './dialog.tsx'

/** The dialog itself. */
export function OpenDialog({ title, size = 'md', opened, children, ...modal }: DialogProps) {
  // It gives the focus back to what had it when `opened` turned true: also where it is made for being opened.
  const [isMade, setMade] = useState(false)
  useEffect(() => setMade(true), [])
  const isNarrow = useMediaQuery('(max-width: 40em)', undefined, { getInitialValueInEffect: false })
  return (
    <Modal
      {...modal}
      opened={opened && isMade}
      size={size}
      fullScreen={isNarrow && size === 'lg'}
      // Its header is the dialog's, not the page's.
      attributes={{ header: { role: 'presentation' } }}
      closeButtonProps={{ 'aria-label': 'Close' }}
      title={
        <Title order={2} component="span">
          {title}
        </Title>
      }
    >
      {children}
    </Modal>
  )
}
