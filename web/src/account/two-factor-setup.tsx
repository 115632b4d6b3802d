import { Button, Group, Loader, Stack, Text, TextInput } from '@mantine/core'
import { authEndpoints } from '@portal/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { CopyBlock, Dialog, FormError, Loaded } from '../ui/index.ts'
import classes from './rows.module.css'

type TwoFactorSetupProps = {
  opened: boolean
  onDone: (backupCodes: readonly string[]) => void
  onClose: () => void
}

/** Turns two-factor sign-in on: the secret goes into an app, and a first code of it comes back. */
export function TwoFactorSetup({ opened, onDone, onClose }: TwoFactorSetupProps) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Turn on two-factor sign-in" closeOnClickOutside={false}>
      <Setup onDone={onDone} onClose={onClose} />
    </Dialog>
  )
}

function Setup({ onDone, onClose }: Omit<TwoFactorSetupProps, 'opened'>) {
  const secret = useQuery({
    queryKey: ['user', 'two-factor-setup'],
    queryFn: () => call(authEndpoints.setUpTwoFactor, {}),
    // Each answer is a new secret, for this dialog alone.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  return (
    <Loaded
      query={secret}
      what="your secret"
      placeholder={<Loader role="status" aria-label="Making a secret" />}
    >
      {(made) => (
        <Stack>
          <Text size="sm">Scan this with an authenticator app, or type the secret into it.</Text>
          <img src={made.qrCode} alt="QR code for your authenticator app" className={classes.qr} />
          <CopyBlock text={made.secret} label="Copy the secret" />
          <FirstCode onDone={onDone} onClose={onClose} />
        </Stack>
      )}
    </Loaded>
  )
}

function FirstCode({ onDone, onClose }: Omit<TwoFactorSetupProps, 'opened'>) {
  const [token, setToken] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => call(authEndpoints.verifyTwoFactor, { body: { token } }),
    onSuccess: ({ backupCodes }) => onDone(backupCodes),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <Stack>
        <TextInput
          label="The code that the app shows now"
          inputMode="numeric"
          autoComplete="one-time-code"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        {error && <FormError>{error.message}</FormError>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={!token.trim()}>
            Turn on
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
