import { Alert, Button, Group, Text } from '@mantine/core'
import { administrationEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { call, sessionQuery } from '../api/index.ts'
import { notifyFailed, useChange } from '../ui/index.ts'

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

/** Says on every page that an administrator is signed in as somebody else, and ends it. */
export function ImpersonationBanner() {
  const { data: session } = useQuery(sessionQuery)
  const { mutate, isPending } = useChange({
    rereads: [],
    change: () => call(administrationEndpoints.stopImpersonating, {}),
    // Loaded anew, so that nothing of theirs stays.
    onDone: () => location.assign(`/admin/users/${session?.user.id ?? ''}`),
  })
  if (!session?.impersonation) return null
  const { administrator, until } = session.impersonation
  return (
    <Alert
      color="yellow"
      variant="filled"
      role="status"
      mb="lg"
      title={`You are signed in as ${session.user.name}`}
    >
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
