import { Group, Text, Title } from '@mantine/core'
import type { Incident, StatusState } from '@portal/contract'
import { type ReactNode, useEffect, useRef } from 'react'
import coloured from './coloured.module.css'
import { StateMark } from './state-mark.tsx'
import classes from './status.module.css'
import { instantWords, isCalledOff, spanWords, stageWords } from './words.ts'

const stateOf = ({ kind, impact, endsAt }: Incident): StatusState => {
  if (kind === 'maintenance') return 'maintenance'
  return endsAt === null ? (impact ?? 'degraded') : 'operational'
}

type IncidentEntryProps = {
  incident: Incident
  /** The level of its heading. */
  level?: 3 | 4
  /** What can be done about it. */
  actions?: ReactNode
}

/** An incident with what was written of it, newest first. */
export function IncidentEntry({ incident, level = 3, actions }: IncidentEntryProps) {
  const { id, title, kind, components, updates, endsAt } = incident
  const isOver = kind === 'incident' && endsAt !== null
  return (
    <article
      className={`${coloured.coloured} ${classes.incident}`}
      data-state={stateOf(incident)}
      id={id}
      ref={useScrolledTo(id)}
    >
      <Group justify="space-between" gap="sm" align="flex-start" wrap={actions ? 'wrap' : 'nowrap'}>
        <div>
          <Title order={level} size="h5">
            {title}
          </Title>
          <Text size="xs" c="dimmed">
            {spanWords(incident)}
            {isCalledOff(incident) && ', called off'} · {components.map(({ name }) => name).join(', ')}
          </Text>
        </div>
        {actions ?? (isOver ? null : <StateMark state={stateOf(incident)} />)}
      </Group>
      <ol className={classes.updates}>
        {updates.map(({ id: updateId, at, stage, text }) => (
          <li key={updateId}>
            <Text component="p" size="sm">
              <b>{stageWords[stage]}</b> – {text}
            </Text>
            <Text size="xs" c="dimmed" component="time" dateTime={at}>
              {instantWords(at)}
            </Text>
          </li>
        ))}
      </ol>
    </article>
  )
}

/** Links of the feed lead to an incident that comes after the page. */
function useScrolledTo(id: string) {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    if (location.hash === `#${id}`) ref.current?.scrollIntoView()
  }, [id])
  return ref
}
