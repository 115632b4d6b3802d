import { Modal, type ModalProps, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'

type DialogProps = Pick<
  ModalProps,
  'opened' | 'onClose' | 'children' | 'closeOnClickOutside' | 'withCloseButton'
> & {
  title: string
  size?: 'sm' | 'md' | 'lg'
}

/** A dialog with a title; on phones it takes the whole screen. */
export function Dialog({ title, size = 'md', children, ...modal }: DialogProps) {
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
