import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { userQueries } from '../api/index.ts'
import { ErrorState, RowsSkeleton, Section } from '../ui/index.ts'
import { LinkedAccounts } from './linked-accounts.tsx'
import { Passkeys } from './passkeys.tsx'
import { PasswordChange } from './password-change.tsx'
import { TwoFactor } from './two-factor.tsx'

/** Password, two-factor sign-in, passkeys and the other ways in. */
export function SecurityPage() {
  const { data, error, refetch } = useQuery(userQueries.profile)
  if (error && !data) {
    return <ErrorState title="Your settings could not be loaded" error={error} onRetry={refetch} />
  }
  if (!data) {
    return (
      <Section title="Security">
        <RowsSkeleton label="Loading your settings" />
      </Section>
    )
  }
  return (
    <Stack gap="lg">
      <PasswordChange hasPassword={data.hasPassword} email={data.email} />
      <TwoFactor isOn={data.twoFactorEnabled} hasPassword={data.hasPassword} />
      <Passkeys hasPassword={data.hasPassword} />
      <LinkedAccounts />
    </Stack>
  )
}
