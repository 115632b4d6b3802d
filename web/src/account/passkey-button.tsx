import { Button } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { FormError } from '../ui/index.ts'
import { signInWithPasskey } from './passkey-ceremony.ts'

type PasskeyButtonProps = { label: string; onSignedIn: () => Promise<void> }

/** Signs in with a passkey; where the browser knows none, nothing is offered. */
export function PasskeyButton({ label, onSignedIn }: PasskeyButtonProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: signInWithPasskey,
    onSuccess: onSignedIn,
  })
  if (!('PublicKeyCredential' in window)) return null
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFingerprint size={18} aria-hidden />}
        loading={isPending}
        onClick={() => mutate()}
      >
        {label}
      </Button>
      {error && <FormError>{error.message}</FormError>}
    </>
  )
}
