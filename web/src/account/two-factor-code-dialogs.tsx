// What is asked before two-factor sign-in is turned off, or its backup codes are replaced.
import { PasswordInput, Text, TextInput } from '@mantine/core'
import { authEndpoints } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { call } from '../api/index.ts'
import { DialogForm, useTellWhenGone } from '../ui/index.ts'

type TurnOffProps = { hasPassword: boolean; onDone: () => void; onClose: () => void }

/** Turns two-factor sign-in off. */
export function TurnOff({ hasPassword, onDone, onClose }: TurnOffProps) {
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: (token: string) =>
      call(authEndpoints.disableTwoFactor, { body: { token, ...(hasPassword && { password }) } }),
    onSuccess: onDone,
    onError: useTellWhenGone(),
  })
  return (
    <CodeDialog
      title="Turn off two-factor sign-in"
      label="A code of the app, or a backup code"
      action="Turn off"
      isBusy={isPending}
      error={error}
      onCode={mutate}
      onClose={onClose}
    >
      <Text size="sm">Signing in then takes the password alone. Every other device is signed out.</Text>
      {hasPassword && (
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-autofocus
        />
      )}
    </CodeDialog>
  )
}

type RenewProps = { onDone: (codes: readonly string[]) => void; onClose: () => void }

/** Replaces the backup codes. */
export function RenewBackupCodes({ onDone, onClose }: RenewProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (token: string) => call(authEndpoints.renewBackupCodes, { body: { token } }),
    onSuccess: ({ backupCodes }) => onDone(backupCodes),
    onError: useTellWhenGone(),
  })
  return (
    <CodeDialog
      title="New backup codes"
      label="A code of the authenticator app"
      action="Make new codes"
      isBusy={isPending}
      error={error}
      onCode={mutate}
      onClose={onClose}
    >
      <Text size="sm">Ten new codes take the place of those you have. Every other device is signed out.</Text>
    </CodeDialog>
  )
}

type CodeDialogProps = {
  title: string
  label: string
  action: string
  isBusy: boolean
  error: Error | null
  onCode: (code: string) => void
  onClose: () => void
  children: ReactNode
}

function CodeDialog({ label, onCode, children, ...form }: CodeDialogProps) {
  const [code, setCode] = useState('')
  return (
    <DialogForm {...form} isReady={code.trim() !== ''} onSubmit={() => onCode(code)}>
      {children}
      <TextInput
        label={label}
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </DialogForm>
  )
}
