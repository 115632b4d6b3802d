import { Button, Group, Stack, Text } from '@mantine/core'
import type { AlertEvent } from '@portal/contract'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { EmptyState, Loaded, LoadMore, RelativeTime } from '../ui/index.ts'
import { alertQueries } from './alert-queries.ts'
import { besidesText, eventText, periodText, usedText } from './alert-words.ts'
import classes from './alerts.module.css'
import { DeliveryList } from './delivery-list.tsx'
import { SeverityBadge } from './severity-badge.tsx'

/** What alerts have said, newest first, and who could be told. */
export function HistoryPage() {
  const { alert } = useSearch({ from: '/portal/alerts/usage/alerts/history' })
  const navigate = useNavigate()
  const history = useInfiniteQuery(alertQueries.history(alert))
  return (
    <Stack>
      {alert && (
        <Group>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => navigate({ to: '/usage/alerts/history', search: {} })}
          >
            Show all alerts
          </Button>
        </Group>
      )}
      <Loaded query={history} what="the history" rows={4}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.data)
          if (events.length === 0) return <NothingSaid />
          return (
            <ol className={classes.events} aria-label="What alerts have said">
              {events.map((event) => (
                <li key={event.id} className={classes.event}>
                  <Said event={event} />
                </li>
              ))}
            </ol>
          )
        }}
      </Loaded>
      <LoadMore query={history} />
    </Stack>
  )
}

function Said({ event }: { event: AlertEvent }) {
  const besides = besidesText(event)
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text fw={600} component="h2" size="md">
            {eventText(event)}
          </Text>
          {event.type === 'triggered' && event.severity && <SeverityBadge severity={event.severity} />}
        </Group>
        <Text size="sm" c="dimmed" component="span">
          <RelativeTime instant={event.at} />
        </Text>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {event.alertName}: {usedText(event.measure, event)}
      </Text>
      <Text size="xs" c="dimmed">
        {periodText(event)}
        {besides && ` · ${besides}`}
      </Text>
      {event.deliveries.length > 0 && <DeliveryList deliveries={event.deliveries} label="Who was told" />}
    </>
  )
}

function NothingSaid() {
  return (
    <EmptyState icon={<IconHistory size={24} />} title="Nothing said yet">
      Whatever an alert says, and every test, is listed here with who could be told.
    </EmptyState>
  )
}
