import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { userQueries } from '../api/index.ts'
import { Loaded } from '../ui/index.ts'
import { LinkedAccounts } from './linked-accounts.tsx'
import { Passkeys } from './passkeys.tsx'
import { PasswordChange } from './password-change.tsx'
import { TwoFactor } from './two-factor.tsx'

/** Password, two-factor sign-in, passkeys and the other ways in. */
export function SecurityPage() {
  const profile = useQuery(userQueries.profile)
  return (
    <Loaded query={profile} what="your settings">
      {({ email, hasPassword, twoFactorEnabled }) => (
        <Stack gap="lg">
          <PasswordChange hasPassword={hasPassword} email={email} />
          <TwoFactor isOn={twoFactorEnabled} hasPassword={hasPassword} />
          <Passkeys hasPassword={hasPassword} />
          <LinkedAccounts />
        </Stack>
      )}
    </Loaded>
  )
}
