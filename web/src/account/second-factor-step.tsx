import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core'
import { authEndpoints, type SecondFactor } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, call } from '../api/index.ts'
import { EntrancePage, FormError } from '../ui/index.ts'
import { PasskeyButton } from './passkey-button.tsx'

type Way = 'totp' | 'backup-code'

const ways = {
  totp: {
    description: 'Enter the 6 digits that your authenticator app shows.',
    label: 'Code',
    other: 'Use a backup code',
    endpoint: authEndpoints.verifyTotp,
  },
  'backup-code': {
    description: 'Enter one of the backup codes that you saved. Each works once.',
    label: 'Backup code',
    other: 'Use the authenticator app',
    endpoint: authEndpoints.verifyBackupCode,
  },
}

type SecondFactorStepProps = {
  factors: readonly SecondFactor[]
  onSignedIn: () => Promise<void>
  onBack: () => void
}

/** The second proof: a code of the authenticator app, a passkey, or a backup code. */
export function SecondFactorStep({ factors, onSignedIn, onBack }: SecondFactorStepProps) {
  const [way, setWay] = useState<Way>('totp')
  const { description, other } = ways[way]
  return (
    <EntrancePage title="Two-factor sign-in" description={description}>
      <CodeForm key={way} way={way} onSignedIn={onSignedIn} />
      {factors.includes('passkey') && <PasskeyButton label="Use a passkey instead" onSignedIn={onSignedIn} />}
      <Group justify="space-between" gap="xs">
        {factors.includes('backup-code') && (
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => setWay(way === 'totp' ? 'backup-code' : 'totp')}
          >
            {other}
          </Anchor>
        )}
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          Start over
        </Anchor>
      </Group>
    </EntrancePage>
  )
}

function CodeForm({ way, onSignedIn }: { way: Way; onSignedIn: () => Promise<void> }) {
  const [code, setCode] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: (given: string) => call(ways[way].endpoint, { body: { code: given } }),
    onSuccess: onSignedIn,
    onError: () => setCode(''),
  })
  const type = (given: string) => {
    setCode(given)
    // Six digits are whole: whoever pastes or types the last one need not press anything.
    if (way === 'totp' && /^\d{6}$/.test(given.replace(/\s/g, ''))) mutate(given)
  }
  const isLate = error instanceof ApiError && error.code === 'no_sign_in'
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (code && !isPending) mutate(code)
      }}
    >
      <Stack>
        <TextInput
          label={ways[way].label}
          autoFocus
          autoComplete="one-time-code"
          inputMode={way === 'totp' ? 'numeric' : 'text'}
          value={code}
          onChange={(event) => type(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', letterSpacing: '0.15em' } }}
        />
        {error && <FormError>{isLate ? `${error.message} Choose “Start over”.` : error.message}</FormError>}
        <Button type="submit" loading={isPending} disabled={!code}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}
