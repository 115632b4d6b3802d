import { Stack } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useEffectEvent } from 'react'
import { Dialog } from './dialog.tsx'
import { DialogActions, type DialogActionsProps } from './dialog-actions.tsx'
import { notifyFailed } from './notify.tsx'

type DialogFormProps = DialogActionsProps & {
  /** Whether it is there; a dialog that is mounted only while it is needed leaves it out. */
  opened?: boolean
  title: string
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  children: ReactNode
}

/** A dialog that is one form; it is sent only while it is ready. */
export function DialogForm({ opened = true, title, onSubmit, children, ...actions }: DialogFormProps) {
  const { error } = actions
  // Who closed it meanwhile would not see what went wrong.
  const tellWhenClosed = useEffectEvent((failure: Error) => {
    if (!opened) notifyFailed(failure)
  })
  useEffect(() => {
    if (error) tellWhenClosed(error)
  }, [error])
  return (
    <Dialog opened={opened} onClose={actions.onClose} title={title}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (actions.isReady !== false) onSubmit(event)
        }}
      >
        <Stack>
          {children}
          <DialogActions {...actions} />
        </Stack>
      </form>
    </Dialog>
  )
}
