import { Text, Title } from '@mantine/core'
import type { Incident } from '@portal/contract'
import { IncidentEntry } from './incident-entry.tsx'
import classes from './status.module.css'
import { localDay } from './words.ts'

/** Incidents by the reader's days, newest first. */
export function PastIncidents({ incidents }: { incidents: readonly Incident[] }) {
  if (incidents.length === 0) return <Text c="dimmed">None in the last 90 days.</Text>
  const days = Map.groupBy(incidents, ({ startsAt }) => localDay(startsAt))
  return [...days].map(([day, own]) => (
    <div key={day} className={classes.day}>
      <Title order={3} size="h6" mb="sm">
        {day}
      </Title>
      {own.map((incident) => (
        <IncidentEntry key={incident.id} incident={incident} level={4} />
      ))}
    </div>
  ))
}
