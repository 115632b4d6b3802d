import { Badge, Progress, Stack, Text } from '@mantine/core'
import type { LimitInForce } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { type Column, DataTable, Loaded, TextLink } from '../ui/index.ts'
import { adminQueries } from './queries.ts'
import { countText, shareText } from './words.ts'

const limitWords: Record<LimitInForce['limit'], string> = {
  requests_per_minute: 'Requests a minute',
  tokens_per_day: 'Tokens a day',
  tokens_per_month: 'Tokens a month',
  parallel: 'Requests at once',
}

/** Who is near a limit right now. */
export function LimitsPage() {
  const limits = useQuery(adminQueries.limits)
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The limits nearest to being reached, as requests are counted now, of whoever asked within the last
        hour. It is read anew every 15 seconds.
      </Text>
      <Loaded query={limits} what="the limits" rows={6}>
        {({ data }) =>
          data.length === 0 ? (
            <Text c="dimmed" ta="center" py="xl">
              Nobody uses anything that is limited just now.
            </Text>
          ) : (
            <DataTable
              caption="Limits now"
              rows={data}
              keyOf={({ limit, id }) => `${limit} ${id}`}
              columns={columns}
            />
          )
        }
      </Loaded>
    </Stack>
  )
}

const columns: readonly Column<LimitInForce>[] = [
  {
    key: 'whose',
    header: 'Whose',
    render: ({ of, name, organisation }) => (
      <Stack gap={2}>
        <TextLink
          to="/admin/organisations/$organisationId"
          params={{ organisationId: organisation.id }}
          fw={600}
          size="sm"
        >
          {organisation.name}
        </TextLink>
        <Text size="xs" c="dimmed">
          {of === 'key' ? `API key ${name}` : 'The whole organisation'}
        </Text>
      </Stack>
    ),
  },
  { key: 'limit', header: 'Limit', render: ({ limit }) => limitWords[limit] },
  {
    key: 'used',
    header: 'Used',
    render: ({ used, maximum }) => `${countText(used)} of ${countText(maximum)}`,
  },
  {
    key: 'share',
    header: 'Share',
    render: ({ share, limit, organisation }) => (
      <Stack gap={4} miw="7rem">
        {share >= 90 ? (
          <Badge color="red">{shareText(share)}</Badge>
        ) : (
          <Text size="sm">{shareText(share)}</Text>
        )}
        <Progress
          value={Math.min(100, share)}
          color={share >= 90 ? 'red' : 'pine'}
          aria-label={`${limitWords[limit]} of ${organisation.name}`}
        />
      </Stack>
    ),
  },
]
