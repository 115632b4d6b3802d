import { Text, Tooltip } from '@mantine/core'
import { relativeTime } from './relative-time.ts'

const whole = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

/** A day as people write it. */
export const dayText = (instant: string): string => day.format(new Date(instant))

/** An instant as distance from now; the exact one on hover and focus. */
export function RelativeTime({ instant }: { instant: string }) {
  return (
    <Tooltip label={whole.format(new Date(instant))} events={{ hover: true, focus: true, touch: true }}>
      <Text component="time" dateTime={instant} size="sm" inherit>
        {relativeTime(instant)}
      </Text>
    </Tooltip>
  )
}
