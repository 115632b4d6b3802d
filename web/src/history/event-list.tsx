import { Stack, Text } from '@mantine/core'
import type { AuditEvent } from '@portal/contract'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type Column, DataTable, deviceName, Loaded, LoadMore, RelativeTime } from '../ui/index.ts'
import { actionWords, detailWords } from './action-words.ts'

type Page = { data: readonly AuditEvent[]; nextCursor: string | null }

type EventListProps = {
  caption: string
  events: UseInfiniteQueryResult<InfiniteData<Page>>
  /** Whether who did it is worth a column. */
  hasActors: boolean
  /** What stands here while nothing was done. */
  empty: ReactNode
}

/** What was done, newest first, and the way to what was done before. */
export function EventList({ caption, events, hasActors, empty }: EventListProps) {
  return (
    <Loaded query={events} what="what was done" rows={6}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.data)
        if (rows.length === 0) return empty
        return (
          <Stack>
            <DataTable caption={caption} columns={columnsOf(hasActors)} rows={rows} keyOf={({ id }) => id} />
            <LoadMore query={events} />
          </Stack>
        )
      }}
    </Loaded>
  )
}

const columnsOf = (hasActors: boolean): Column<AuditEvent>[] => [
  { key: 'what', header: 'What', render: (event) => <What event={event} /> },
  ...(hasActors ? [{ key: 'who', header: 'Who', render: whoOf }] : []),
  { key: 'when', header: 'When', render: ({ at }) => <RelativeTime instant={at} /> },
  { key: 'where', header: 'From where', render: (event) => <Where event={event} /> },
]

function What({ event }: { event: AuditEvent }) {
  const detail = detailWords(event)
  return (
    <Stack gap={2} maw="24rem">
      <Text fw={600} size="sm">
        {actionWords[event.action]}
      </Text>
      {detail && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {detail}
        </Text>
      )}
    </Stack>
  )
}

function whoOf({ actor, actorKeyId, impersonator }: AuditEvent): string {
  const name = actor ? (actor.name ?? 'Somebody who is gone') : 'Nobody signed in'
  if (impersonator) return `${impersonator.name ?? 'An administrator'}, signed in as ${name}`
  return actorKeyId ? `${name}, with an API key` : name
}

function Where({ event: { ipAddress, userAgent } }: { event: AuditEvent }) {
  if (!ipAddress && !userAgent) {
    return (
      <Text size="sm" c="dimmed" component="span">
        Not told
      </Text>
    )
  }
  return (
    <Stack gap={0}>
      {userAgent && <Text size="sm">{deviceName(userAgent)}</Text>}
      {ipAddress && (
        <Text size="xs" c="dimmed">
          {ipAddress}
        </Text>
      )}
    </Stack>
  )
}
