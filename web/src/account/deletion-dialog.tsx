import { Button, Group, List, PasswordInput, Stack, Text } from '@mantine/core'
import { userEndpoints } from '@portal/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, call, userQueries } from '../api/index.ts'
import { Dialog, dayText, FormError, notifyDone } from '../ui/index.ts'

const waitingMs = 30 * 86_400_000

type DeletionDialogProps = { hasPassword: boolean; onClose: () => void }

/** Asks for the password before an account is set to be deleted, and says what that means. */
export function DeletionDialog({ hasPassword, onClose }: DeletionDialogProps) {
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = useDeletion(onClose)
  return (
    <Dialog opened onClose={onClose} title="Delete your account">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          mutate(hasPassword ? { password } : {})
        }}
      >
        <Stack>
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
          {error && <FormError>{problemOf(error)}</FormError>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={isPending} disabled={hasPassword && !password}>
              Delete my account
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
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

function useDeletion(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { password?: string }) => call(userEndpoints.askForDeletion, { body }),
    onSuccess: async ({ deletionAt }) => {
      await client.invalidateQueries({ queryKey: userQueries.all })
      notifyDone(`Your account will be deleted on ${dayText(deletionAt)}.`)
      onDone()
    },
  })
}

const problemOf = (error: Error): string =>
  error instanceof ApiError && error.code === 'invalid_credentials' ? 'The password is wrong.' : error.message
