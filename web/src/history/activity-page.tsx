import { Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { historyQueries } from '../api/index.ts'
import { EventList } from './event-list.tsx'

/** What somebody did, and what was done to their account. */
export function ActivityPage() {
  const events = useInfiniteQuery(historyQueries.ofUser)
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        What you did and what was done to your account, for a year. Change your password if something here was
        not you.
      </Text>
      <EventList
        caption="Your activity"
        events={events}
        hasActors={false}
        empty={<Text c="dimmed">Nothing yet.</Text>}
      />
    </Stack>
  )
}
