// What is asked before two-factor sign-in is turned off, or its backup codes are replaced.
import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { authEndpoints } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { call } from '../api/index.ts'
import { Dialog, FormError } from '../ui/index.ts'

type TurnOffProps = { opened: boolean; hasPassword: boolean; onDone: () => void; onClose: () => void }

/** Turns two-factor sign-in off. */
export function TurnOff({ opened, hasPassword, onDone, onClose }: TurnOffProps) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Turn off two-factor sign-in">
      <TurnOffForm hasPassword={hasPassword} onDone={onDone} onClose={onClose} />
    </Dialog>
  )
}

function TurnOffForm({ hasPassword, onDone, onClose }: Omit<TurnOffProps, 'opened'>) {
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: (token: string) =>
      call(authEndpoints.disableTwoFactor, { body: { token, ...(hasPassword && { password }) } }),
    onSuccess: onDone,
  })
  return (
    <CodeForm
      label="A code of the app, or a backup code"
      action="Turn off"
      isBusy={isPending}
      error={error}
      onSubmit={mutate}
      onClose={onClose}
    >
      <Text size="sm">Signing in then takes the password alone. Every other device is signed out.</Text>
      {hasPassword && (
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      )}
    </CodeForm>
  )
}

type RenewProps = { opened: boolean; onDone: (codes: readonly string[]) => void; onClose: () => void }

/** Replaces the backup codes. */
export function RenewBackupCodes({ opened, onDone, onClose }: RenewProps) {
  return (
    <Dialog opened={opened} onClose={onClose} title="New backup codes">
      <RenewForm onDone={onDone} onClose={onClose} />
    </Dialog>
  )
}

function RenewForm({ onDone, onClose }: Omit<RenewProps, 'opened'>) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (token: string) => call(authEndpoints.renewBackupCodes, { body: { token } }),
    onSuccess: ({ backupCodes }) => onDone(backupCodes),
  })
  return (
    <CodeForm
      label="A code of the authenticator app"
      action="Make new codes"
      isBusy={isPending}
      error={error}
      onSubmit={mutate}
      onClose={onClose}
    >
      <Text size="sm">Ten new codes take the place of those you have. Every other device is signed out.</Text>
    </CodeForm>
  )
}

type CodeFormProps = {
  label: string
  action: string
  isBusy: boolean
  error: Error | null
  onSubmit: (code: string) => void
  onClose: () => void
  children: ReactNode
}

function CodeForm({ label, action, isBusy, error, onSubmit, onClose, children }: CodeFormProps) {
  const [code, setCode] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit(code)
      }}
    >
      <Stack>
        {children}
        <TextInput
          label={label}
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {error && <FormError>{error.message}</FormError>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={!code.trim()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
