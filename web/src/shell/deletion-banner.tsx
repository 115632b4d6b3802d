import { Alert, Button, Group, Text } from '@mantine/core'
import { userEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { call, userQueries } from '../api/index.ts'
import { dayText, notifyFailed, useChange } from '../ui/index.ts'

/** Says on every page while the account waits to be deleted, and lets its owner keep it. */
export function DeletionBanner() {
  const { data } = useQuery(userQueries.profile)
  const { mutate, isPending } = useChange({
    rereads: [userQueries.all],
    change: () => call(userEndpoints.undoDeletion, {}),
    done: 'Your account stays.',
  })
  if (!data?.deletionAt) return null
  return (
    <Alert
      color="red"
      variant="light"
      role="status"
      mb="lg"
      title={`Your account will be deleted on ${dayText(data.deletionAt)}`}
    >
      <Group justify="space-between">
        <Text size="sm">Until then everything works as before.</Text>
        <Button
          size="xs"
          variant="default"
          loading={isPending}
          onClick={() => mutate(undefined, { onError: notifyFailed })}
        >
          Keep my account
        </Button>
      </Group>
    </Alert>
  )
}
