import { Alert, Button, Group, Text } from '@mantine/core'
import { useNetwork } from '@mantine/hooks'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ApiError, sessionQuery } from '../api/index.ts'

/** Says while the portal does not answer, and goes when it does again. */
export function ConnectionBanner() {
  const { online } = useNetwork()
  const { failureReason, error, refetch } = useQuery(sessionQuery)
  const cause = failureReason ?? error
  const isAway = cause instanceof ApiError && cause.isPassing
  if (online && !isAway) return null
  return (
    <Alert
      color="yellow"
      variant="light"
      mb="lg"
      role="status"
      icon={<IconPlugConnectedX aria-hidden />}
      title={online ? 'The portal does not answer' : 'You are offline'}
    >
      <Group justify="space-between">
        <Text size="sm">What you see may be out of date. What you have typed stays. Trying again…</Text>
        <Button size="xs" variant="default" onClick={() => refetch()}>
          Try now
        </Button>
      </Group>
    </Alert>
  )
}
