import { Modal, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { DialogProps } from './dialog.tsx'

/** The dialog itself. */
export function OpenDialog({ title, size = 'md', children, ...modal }: DialogProps) {
  const isNarrow = useMediaQuery('(max-width: 40em)', undefined, { getInitialValueInEffect: false })
  return (
    <Modal
      {...modal}
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
