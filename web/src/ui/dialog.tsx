import type { ModalProps } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'

const OpenDialog = lazy(() => import('./open-dialog.tsx').then(({ OpenDialog }) => ({ default: OpenDialog })))

export type DialogProps = Pick<
  ModalProps,
  'opened' | 'onClose' | 'children' | 'closeOnClickOutside' | 'withCloseButton'
> & {
  title: string
  size?: 'sm' | 'md' | 'lg' | 'xl'
}

/** A dialog with a title; on phones it takes the whole screen. Its code is loaded when the first one opens. */
export function Dialog(props: DialogProps) {
  const [isAsked, setAsked] = useState(props.opened)
  if (props.opened && !isAsked) setAsked(true)
  if (!isAsked) return null
  return (
    <Suspense>
      <OpenDialog {...props} />
    </Suspense>
  )
}
