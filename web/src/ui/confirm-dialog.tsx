import { Text, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { DialogActionsProps } from './dialog-actions.tsx'
import { DialogForm } from './dialog-form.tsx'

type ConfirmDialogProps = Omit<DialogActionsProps, 'color' | 'isReady'> & {
  opened: boolean
  title: string
  children: ReactNode
  /** What has to be typed first, where a slip would be costly. */
  typed?: string
  onConfirm: () => void
}

/** Asks before something that is not easily undone; what was typed is forgotten once it closes. */
export function ConfirmDialog({ children, typed, onConfirm, ...form }: ConfirmDialogProps) {
  const [given, setGiven] = useState('')
  if (!form.opened && given) setGiven('')
  const isReady = typed === undefined || given.trim() === typed.trim()
  return (
    <DialogForm {...form} color="red" isReady={isReady} onSubmit={onConfirm}>
      <Text size="sm" component="div">
        {children}
      </Text>
      {typed !== undefined && (
        <TextInput
          label={
            <>
              Type <b>{typed}</b> to confirm
            </>
          }
          value={given}
          onChange={(event) => setGiven(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
      )}
    </DialogForm>
  )
}
