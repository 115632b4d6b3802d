import { Button, Group, Stack, Text } from '@mantine/core'
import type { Incident } from '@portal/contract'
import { IconHeartbeat } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { ButtonLink, EmptyState, Loaded, Section } from '../ui/index.ts'
import type { IncidentAct } from './incident-dialogs.tsx'
import { IncidentEntry } from './incident-entry.tsx'
import { incidentsQuery } from './status-queries.ts'
import { isOver } from './words.ts'

const IncidentDialogs = lazy(() =>
  import('./incident-dialogs.tsx').then(({ IncidentDialogs }) => ({ default: IncidentDialogs })),
)

/** Incidents and maintenance, for those who run the portal to write of. */
export function IncidentsPage() {
  const incidents = useQuery(incidentsQuery)
  const [act, setAct] = useState<IncidentAct | null>(null)
  return (
    <Stack gap="lg">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          What is written here stands on the status page, and is mailed to those who asked for it.
        </Text>
        <Group gap="sm">
          <ButtonLink to="/status" variant="subtle">
            Status page
          </ButtonLink>
          <Button variant="default" onClick={() => setAct({ kind: 'plan' })}>
            Plan maintenance
          </Button>
          <Button onClick={() => setAct({ kind: 'open' })}>Open an incident</Button>
        </Group>
      </Group>
      <Loaded query={incidents} what="incidents">
        {({ data, components }) => (
          <>
            <IncidentSections incidents={data} onAct={setAct} />
            {act && (
              <Suspense>
                <IncidentDialogs act={act} components={components} onClose={() => setAct(null)} />
              </Suspense>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  )
}

type ListProps = { incidents: readonly Incident[]; onAct: (act: IncidentAct) => void }

function IncidentSections({ incidents, onAct }: ListProps) {
  if (incidents.length === 0) {
    return (
      <EmptyState icon={<IconHeartbeat size={24} />} title="No incidents yet">
        The portal opens one itself when a component fails for three minutes. You can open one, too.
      </EmptyState>
    )
  }
  const [open, over] = [incidents.filter((each) => !isOver(each)), incidents.filter(isOver)]
  return (
    <>
      {open.length > 0 && (
        <Section title="Not over">
          <Entries incidents={open} onAct={onAct} />
        </Section>
      )}
      {over.length > 0 && (
        <Section title="Over">
          <Entries incidents={over} onAct={onAct} />
        </Section>
      )}
    </>
  )
}

const Entries = ({ incidents, onAct }: ListProps) =>
  incidents.map((incident) => (
    <IncidentEntry
      key={incident.id}
      incident={incident}
      actions={<Actions incident={incident} onAct={onAct} />}
    />
  ))

const Actions = ({ incident, onAct }: { incident: Incident; onAct: ListProps['onAct'] }) => (
  <Group gap="xs" wrap="nowrap">
    <Button
      size="xs"
      variant="default"
      aria-label={`Edit ${incident.title}`}
      onClick={() => onAct({ kind: 'edit', incident })}
    >
      Edit
    </Button>
    {!isOver(incident) && (
      <Button
        size="xs"
        variant="light"
        aria-label={`Write an update about ${incident.title}`}
        onClick={() => onAct({ kind: 'write', incident })}
      >
        Write an update
      </Button>
    )}
  </Group>
)
