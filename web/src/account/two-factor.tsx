import { Badge, Button, Group, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { sessionQuery, userQueries } from '../api/index.ts'
import { notifyDone, Section } from '../ui/index.ts'
import type { TwoFactorStep } from './two-factor-dialogs.tsx'

const TwoFactorDialogs = lazy(() =>
  import('./two-factor-dialogs.tsx').then(({ TwoFactorDialogs }) => ({ default: TwoFactorDialogs })),
)

type TwoFactorProps = { isOn: boolean; hasPassword: boolean }

/** Two-factor sign-in: on, off, and the codes for when the telephone is lost. */
export function TwoFactor({ isOn, hasPassword }: TwoFactorProps) {
  const [step, setStep] = useState<TwoFactorStep | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const refresh = useRefresh()
  const showCodes = (shown: readonly string[]) => {
    setStep(null)
    setCodes(shown)
  }
  const hide = () => {
    setCodes(null)
    void refresh()
  }
  const turnedOff = () => {
    setStep(null)
    notifyDone('Two-factor sign-in is off.')
    void refresh()
  }
  return (
    <Section
      title="Two-factor sign-in"
      description="Besides the password, a code of an authenticator app on your phone."
      actions={<Badge color={isOn ? 'pine' : 'gray'}>{isOn ? 'On' : 'Off'}</Badge>}
    >
      {isOn ? <WhenOn onStep={setStep} /> : <WhenOff onStep={setStep} />}
      {(step || codes) && (
        <Suspense>
          <TwoFactorDialogs
            step={step}
            codes={codes}
            hasPassword={hasPassword}
            onCodes={showCodes}
            onTurnedOff={turnedOff}
            onClose={codes ? hide : () => setStep(null)}
          />
        </Suspense>
      )}
    </Section>
  )
}

const WhenOn = ({ onStep }: { onStep: (step: TwoFactorStep) => void }) => (
  <Group>
    <Button variant="default" onClick={() => onStep('renew')}>
      New backup codes
    </Button>
    <Button variant="default" color="red" onClick={() => onStep('turn-off')}>
      Turn off
    </Button>
  </Group>
)

const WhenOff = ({ onStep }: { onStep: (step: TwoFactorStep) => void }) => (
  <Group>
    <Button onClick={() => onStep('set-up')}>Turn on</Button>
    <Text size="sm" c="dimmed">
      Takes a minute.
    </Text>
  </Group>
)

function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: userQueries.all }),
      client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    ])
}
