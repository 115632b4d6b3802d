import { Loader, Stack, Text, TextInput } from '@mantine/core'
import { authEndpoints } from '@portal/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { CopyBlock, Dialog, DialogActions, Loaded } from '../ui/index.ts'
import classes from './rows.module.css'

type TwoFactorSetupProps = {
  onDone: (backupCodes: readonly string[]) => void
  onClose: () => void
}

/** Turns two-factor sign-in on: the secret goes into an app, and a first code of it comes back. */
export function TwoFactorSetup({ onDone, onClose }: TwoFactorSetupProps) {
  return (
    <Dialog opened onClose={onClose} title="Turn on two-factor sign-in" closeOnClickOutside={false}>
      <Setup onDone={onDone} onClose={onClose} />
    </Dialog>
  )
}

function Setup({ onDone, onClose }: TwoFactorSetupProps) {
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

function FirstCode({ onDone, onClose }: TwoFactorSetupProps) {
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
        <DialogActions
          action="Turn on"
          isReady={token.trim() !== ''}
          isBusy={isPending}
          error={error}
          onClose={onClose}
        />
      </Stack>
    </form>
  )
}
