import { Group, Text } from '@mantine/core'
import type { StatusComponent, StatusDay } from '@portal/contract'
import { StateMark } from './state-mark.tsx'
import classes from './status.module.css'
import { UptimeBar } from './uptime-bar.tsx'
import { dateWords, dayWords } from './words.ts'

/** Components with how they are and were. */
export const ComponentList = ({ components }: { components: readonly StatusComponent[] }) => (
  <ul className={classes.components}>
    {components.map((component) => (
      <li key={component.id}>
        <Group justify="space-between" mb="sm" gap="sm" wrap="nowrap">
          <Text fw={600} className={classes.name}>
            {component.name}
          </Text>
          <StateMark state={component.state} />
        </Group>
        <UptimeBar component={component} />
        <Troubles days={component.days} />
      </li>
    ))}
  </ul>
)

const isTrouble = ({ downMinutes, degradedMinutes, maintenanceMinutes }: StatusDay): boolean =>
  downMinutes + degradedMinutes + maintenanceMinutes > 0

/** The days that were not simply well, newest first, in words. */
function Troubles({ days }: { days: readonly StatusDay[] }) {
  const troubles = days.filter(isTrouble).reverse()
  if (troubles.length === 0) return null
  return (
    <details className={classes.troubles}>
      <summary>{troubles.length === 1 ? '1 day' : `${troubles.length} days`} with something to tell</summary>
      <ul>
        {troubles.map((day) => (
          <li key={day.date}>
            {dateWords(day.date)}: {dayWords(day)}
          </li>
        ))}
      </ul>
    </details>
  )
}
