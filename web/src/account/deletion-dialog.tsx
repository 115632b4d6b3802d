import { List, PasswordInput, Text } from '@mantine/core'
import { userEndpoints } from '@portal/contract'
import { useState } from 'react'
import { call, userQueries } from '../api/index.ts'
import { DialogForm, dayText, notifyDone, useChange } from '../ui/index.ts'

const waitingMs = 30 * 86_400_000

type DeletionDialogProps = { hasPassword: boolean; onClose: () => void }

/** Asks for the password before an account is set to be deleted, and says what that means. */
export function DeletionDialog({ hasPassword, onClose }: DeletionDialogProps) {
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = useChange({
    rereads: [userQueries.all],
    change: (body: { password?: string }) => call(userEndpoints.askForDeletion, { body }),
    onDone: ({ deletionAt }) => {
      notifyDone(`Your account will be deleted on ${dayText(deletionAt)}.`)
      onClose()
    },
  })
  return (
    <DialogForm
      title="Delete your account"
      action="Delete my account"
      color="red"
      isReady={!hasPassword || password !== ''}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate(hasPassword ? { password } : {})}
      onClose={onClose}
    >
      <Consequences />
      {hasPassword && (
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-autofocus
        />
      )}
    </DialogForm>
  )
}

const Consequences = () => (
  <>
    <Text size="sm">
      Your account is deleted on {dayText(new Date(Date.now() + waitingMs).toISOString())}. Until then
      everything works as before, and every page offers to keep it after all.
    </Text>
    <List size="sm" spacing={4}>
      <List.Item>Your profile, devices, passkeys and API keys are then gone for good.</List.Item>
      <List.Item>An organisation that you alone are in goes with you.</List.Item>
    </List>
  </>
)
