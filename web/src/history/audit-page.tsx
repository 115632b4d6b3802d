import { Group, NativeSelect, Stack, Text } from '@mantine/core'
import { type ActingOrganisation, AuditAction, auditEndpoints, isManagerRole } from '@portal/contract'
import { IconLock } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { historyQueries, sessionQuery, urlOf } from '../api/index.ts'
import { EmptyState, Section } from '../ui/index.ts'
import { actionChoices } from './action-choices.ts'
import { CsvButton } from './csv-button.tsx'
import { EventList } from './event-list.tsx'

/** What was done in the organisation, for those who manage it. */
export function AuditPage() {
  const { data: session } = useQuery(sessionQuery)
  if (!session) return null
  const { organisation } = session
  if (isManagerRole(organisation.role)) {
    return <AuditLog organisation={organisation} />
  }
  return (
    <Section>
      <EmptyState icon={<IconLock size={24} />} title="For owners and admins">
        The audit log shows who did what in this organisation. What you did yourself is in your settings,
        under Activity.
      </EmptyState>
    </Section>
  )
}

function AuditLog({ organisation: { id } }: { organisation: ActingOrganisation }) {
  const [action, choose] = useAction()
  const events = useInfiniteQuery(historyQueries.ofOrganisation(id, action))
  const query = action ? { action } : {}
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <NativeSelect
          label="Show"
          data={actionChoices}
          value={action ?? ''}
          onChange={(event) => choose(event.currentTarget.value)}
          w="18rem"
          maw="100%"
        />
        <CsvButton href={urlOf(auditEndpoints.exportOfOrganisation.path, { organisationId: id }, query)} />
      </Group>
      <EventList
        caption="Audit log"
        events={events}
        hasActors
        empty={
          <Text c="dimmed" ta="center" py="xl">
            {action ? 'Nothing of this kind was done.' : 'Nothing was done yet.'}
          </Text>
        }
      />
    </Stack>
  )
}

/** The one kind of act that is shown: in the address, so that it can be linked to. */
function useAction(): [action: AuditAction | null, choose: (value: string) => void] {
  const { action } = useSearch({ from: '/portal/organisation/settings/audit' })
  const navigate = useNavigate()
  const choose = (value: string) =>
    navigate({ to: '/settings/audit', search: value ? { action: value } : {}, replace: true })
  return [AuditAction.safeParse(action).data ?? null, choose]
}
