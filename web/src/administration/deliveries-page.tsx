import { Badge, Button, Code, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { administrationEndpoints as endpoints, type PortalDelivery } from '@portal/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../api/index.ts'
import { type Column, notifyFailed, RelativeTime, useChange } from '../ui/index.ts'
import { PagedTable } from './paged-table.tsx'
import { adminQueries } from './queries.ts'

const states: Record<PortalDelivery['state'], { label: string; color: string }> = {
  waiting: { label: 'Waiting', color: 'yellow' },
  sent: { label: 'Sent', color: 'pine' },
  dropped: { label: 'Not sent', color: 'gray' },
  failed: { label: 'Failed', color: 'red' },
}

const channels: Record<PortalDelivery['channel'], string> = {
  ...{ mail: 'Mail', slack: 'Slack', webhook: 'Webhook' },
}

/** What was chosen of what can be; nothing where it is none of that. */
const chosen = <Name extends string>(
  text: string | undefined,
  of: Record<Name, unknown>,
): Name | undefined => (text !== undefined && Object.hasOwn(of, text) ? (text as Name) : undefined)

/** Mails, and what went to programs, and what became of each. */
export function DeliveriesPage() {
  const search = useSearch({ from: '/portal/admin/deliveries' })
  const navigate = useNavigate()
  const [state, channel] = [chosen(search.state, states), chosen(search.channel, channels)]
  const deliveries = useInfiniteQuery(
    adminQueries.deliveries({ ...(state && { state }), ...(channel && { channel }) }),
  )
  const { mutate: retry } = useChange({
    rereads: [adminQueries.all],
    change: ({ id: deliveryId }: PortalDelivery) => call(endpoints.retryDelivery, { params: { deliveryId } }),
    done: 'It is tried now.',
  })
  const narrow = (change: Partial<Record<'state' | 'channel', string>>) => {
    const all = Object.entries({ state, channel, ...change }).filter(([, value]) => value)
    void navigate({ to: '/admin/deliveries', search: Object.fromEntries(all), replace: true })
  }
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        Mails of the last two weeks, and what went to Slack and webhooks in 30 days. What a mail says is shown
        to nobody, and forgotten when it is sent or has failed for good: such a mail cannot be sent again,
        only asked for again.
      </Text>
      <Group>
        <NativeSelect
          label="Show"
          data={[{ value: '', label: 'Everything' }, ...optionsOf(states, ({ label }) => label)]}
          value={state ?? ''}
          onChange={(event) => narrow({ state: event.currentTarget.value })}
        />
        <NativeSelect
          label="To"
          data={[{ value: '', label: 'Everybody' }, ...optionsOf(channels, (label) => label)]}
          value={channel ?? ''}
          onChange={(event) => narrow({ channel: event.currentTarget.value })}
        />
      </Group>
      <PagedTable
        query={deliveries}
        what="the deliveries"
        caption="Deliveries"
        columns={columnsOf((delivery) => retry(delivery, { onError: notifyFailed }))}
        keyOf={({ id }) => id}
        empty="There is none like that."
      />
    </Stack>
  )
}

const optionsOf = <Value,>(of: Record<string, Value>, labelOf: (value: Value) => string) =>
  Object.entries(of).map(([value, each]) => ({ value, label: labelOf(each) }))

const columnsOf = (onRetry: (delivery: PortalDelivery) => void): readonly Column<PortalDelivery>[] => [
  {
    key: 'to',
    header: 'To',
    render: ({ recipient, channel, kind }) => (
      <Stack gap={2}>
        <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {recipient}
        </Text>
        <Group gap="xs">
          <Text size="xs" c="dimmed">
            {channels[channel]}
          </Text>
          <Code>{kind}</Code>
        </Group>
      </Stack>
    ),
  },
  {
    key: 'of',
    header: 'Organisation',
    render: ({ organisation }) =>
      organisation ? (
        <Link to="/admin/organisations/$organisationId" params={{ organisationId: organisation.id }}>
          {organisation.name}
        </Link>
      ) : (
        '–'
      ),
  },
  {
    key: 'state',
    header: 'State',
    render: ({ state, note }) => (
      <Stack gap={4} maw="24rem" align="flex-start">
        <Badge color={states[state].color}>{states[state].label}</Badge>
        {note && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {note}
          </Text>
        )}
      </Stack>
    ),
  },
  { key: 'when', header: 'Made', render: ({ createdAt }) => <RelativeTime instant={createdAt} /> },
  {
    key: 'tried',
    header: 'Last tried',
    render: ({ triedAt }) => (triedAt ? <RelativeTime instant={triedAt} /> : 'Not yet'),
  },
  {
    ...{ key: 'acts', header: 'Actions', isHeaderHidden: true, align: 'right' },
    render: (delivery) =>
      delivery.mayRetry && (
        <Button size="compact-sm" variant="default" onClick={() => onRetry(delivery)}>
          {delivery.state === 'waiting' ? 'Send now' : 'Send again'}
        </Button>
      ),
  },
]
