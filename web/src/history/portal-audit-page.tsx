import { Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { AuditAction, administrationEndpoints as endpoints } from '@portal/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call, urlOf } from '../api/index.ts'
import { actionChoices } from './action-choices.ts'
import { CsvButton } from './csv-button.tsx'
import { EventList } from './event-list.tsx'

type Search = { action?: string; actor?: string; organisation?: string; from?: string; to?: string }

/** What was done in the whole portal, for those who run it. */
export function PortalAuditPage() {
  const search = useSearch({ from: '/portal/admin/audit' })
  const navigate = useNavigate()
  const query = queryOf(search)
  const events = useInfiniteQuery({
    queryKey: ['admin', 'audit', query],
    queryFn: ({ pageParam, signal }) =>
      call(endpoints.listAudit, { query: { ...query, ...(pageParam && { cursor: pageParam }) }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
  const change = (changes: Search) => {
    const next = Object.fromEntries(Object.entries({ ...search, ...changes }).filter(([, value]) => value))
    void navigate({ to: '/admin/audit', search: next, replace: true })
  }
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 5 }} spacing="sm">
        <NativeSelect
          label="Show"
          data={actionChoices}
          value={query.action ?? ''}
          onChange={(event) => change({ action: event.currentTarget.value })}
        />
        <TextInput
          label="By whom (id)"
          defaultValue={search.actor ?? ''}
          onBlur={(event) => change({ actor: event.currentTarget.value.trim() })}
        />
        <TextInput
          label="Organisation (id)"
          defaultValue={search.organisation ?? ''}
          onBlur={(event) => change({ organisation: event.currentTarget.value.trim() })}
        />
        <TextInput
          type="date"
          label="From"
          value={search.from ?? ''}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label="Up to"
          value={search.to ?? ''}
          onChange={(event) => change({ to: event.currentTarget.value })}
        />
      </SimpleGrid>
      <Group>
        <CsvButton href={urlOf(endpoints.exportAudit.path, {}, query)} />
      </Group>
      <EventList
        caption="Audit log of the portal"
        events={events}
        hasActors
        empty={
          <Text c="dimmed" ta="center" py="xl">
            Nothing of this kind was done.
          </Text>
        }
      />
    </Stack>
  )
}

const isDay = (text: string | undefined): text is string => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '')
const dayMs = 86_400_000

/** What the address narrows the log to; days are whole ones, in UTC. */
function queryOf({ action, actor, organisation, from, to }: Search) {
  const known = AuditAction.safeParse(action)
  const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`)
  return {
    ...(known.success && { action: known.data }),
    ...(actor && { actor }),
    ...(organisation && { organisation }),
    ...(isDay(from) && { from: new Date(startOf(from)).toISOString() }),
    ...(isDay(to) && { to: new Date(startOf(to) + dayMs).toISOString() }),
  }
}
