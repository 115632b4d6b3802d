import { Alert, Button, Group, Text } from '@mantine/core'
import { administrationEndpoints, type Impersonation, type SignedInUser } from '@portal/contract'
import { call } from '../api/index.ts'
import { notifyFailed, useChange } from '../ui/index.ts'

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

type ImpersonationBannerProps = { user: SignedInUser; impersonation: Impersonation }

/** Says on every page that an administrator is signed in as somebody else, and ends it. */
export function ImpersonationBanner({ user, impersonation }: ImpersonationBannerProps) {
  const { mutate, isPending } = useChange({
    rereads: [],
    change: () => call(administrationEndpoints.stopImpersonating, {}),
    // Loaded anew, so that nothing of theirs stays.
    onDone: () => location.assign(`/admin/users/${user.id}`),
  })
  const { administrator, until } = impersonation
  return (
    <Alert color="yellow" variant="filled" role="status" mb="lg" title={`You are signed in as ${user.name}`}>
      <Group justify="space-between">
        <Text size="sm">
          {administrator.name} acts in their name until {clock.format(new Date(until))}, on record in both
          logs.
        </Text>
        <Button
          size="xs"
          variant="default"
          loading={isPending}
          onClick={() => mutate(undefined, { onError: notifyFailed })}
        >
          Stop
        </Button>
      </Group>
    </Alert>
  )
}
