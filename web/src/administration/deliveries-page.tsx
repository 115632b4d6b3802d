import { Badge, Button, Code, NativeSelect, Stack, Text } from '@mantine/core'
import { administrationEndpoints as endpoints, type MailDelivery } from '@portal/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../api/index.ts'
import { type Column, notifyFailed, RelativeTime, useChange } from '../ui/index.ts'
import { PagedTable } from './paged-table.tsx'
import { adminQueries } from './queries.ts'

const states: Record<MailDelivery['state'], { label: string; color: string }> = {
  waiting: { label: 'Waiting', color: 'yellow' },
  sent: { label: 'Sent', color: 'pine' },
  dropped: { label: 'Not sent', color: 'gray' },
  failed: { label: 'Failed', color: 'red' },
}

const isState = (text: string | undefined): text is MailDelivery['state'] =>
  text !== undefined && text in states

/** Mails, and what became of them. */
export function DeliveriesPage() {
  const { state } = useSearch({ from: '/portal/admin/deliveries' })
  const navigate = useNavigate()
  const mails = useInfiniteQuery(adminQueries.deliveries(isState(state) ? state : null))
  const { mutate: retry } = useChange({
    rereads: [adminQueries.all],
    change: ({ id: mailId }: MailDelivery) => call(endpoints.retryDelivery, { params: { mailId } }),
    done: 'The mail is tried now.',
  })
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        Mails of the last two weeks. What they said is kept only until they are sent, or have failed for good,
        and is shown to nobody.
      </Text>
      <NativeSelect
        label="Show"
        w="14rem"
        maw="100%"
        data={[
          { value: '', label: 'All mails' },
          ...Object.entries(states).map(([value, { label }]) => ({ value, label })),
        ]}
        value={isState(state) ? state : ''}
        onChange={(event) => {
          const chosen = event.currentTarget.value
          void navigate({ to: '/admin/deliveries', search: chosen ? { state: chosen } : {}, replace: true })
        }}
      />
      <PagedTable
        query={mails}
        what="the mails"
        caption="Mails"
        columns={columnsOf((mail) => retry(mail, { onError: notifyFailed }))}
        keyOf={({ id }) => id}
        empty="No mail is like that."
      />
    </Stack>
  )
}

const columnsOf = (onRetry: (mail: MailDelivery) => void): readonly Column<MailDelivery>[] => [
  {
    key: 'to',
    header: 'To',
    render: ({ recipient, kind }) => (
      <Stack gap={2}>
        <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {recipient}
        </Text>
        <Code w="fit-content">{kind}</Code>
      </Stack>
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
    render: (mail) =>
      mail.mayRetry && (
        <Button size="compact-sm" variant="default" onClick={() => onRetry(mail)}>
          Send now
        </Button>
      ),
  },
]
