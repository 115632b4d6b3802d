import { Text } from '@mantine/core'
import type { StatusReport } from '@portal/contract'
import classes from './status.module.css'
import { daysAgoWords, durationWords, minutesWords, percentWords } from './words.ts'

type Level = StatusReport['serviceLevel']['month']

const budgetWords = ({ leftMinutes, budgetMinutes }: Level): string =>
  leftMinutes >= 0
    ? `${minutesWords(Math.floor(leftMinutes))} of ${Math.floor(budgetMinutes)} left to lose`
    : `${minutesWords(Math.ceil(-leftMinutes))} more than may be lost`

/** The service level, today's times and the last incident. */
export function Figures({ report: { serviceLevel, latency, lastIncidentAt } }: { report: StatusReport }) {
  const { target, month, last90Days } = serviceLevel
  const { p50, p95, firstTokenP50, firstTokenP95 } = latency
  return (
    <dl className={classes.figures}>
      <Figure name="API this month (UTC)" value={percentWords(month.uptime)} note={budgetWords(month)} />
      <Figure name="API in 90 days" value={percentWords(last90Days.uptime)} note={budgetWords(last90Days)} />
      <Figure
        name="First token today"
        value={durationWords(firstTokenP50)}
        note={
          firstTokenP95 === null ? 'Nothing streamed yet' : `95 of 100 within ${durationWords(firstTokenP95)}`
        }
      />
      <Figure
        name="Whole answers today"
        value={durationWords(p50)}
        note={p95 === null ? 'Nothing answered yet' : `95 of 100 within ${durationWords(p95)}`}
      />
      <Figure
        name="Last incident"
        value={lastIncidentAt ? daysAgoWords(lastIncidentAt) : 'None'}
        note={lastIncidentAt ? '' : 'in the last 90 days'}
      />
      <Figure name="Promised" value={percentWords(target)} note="of the minutes, but for maintenance" />
    </dl>
  )
}

const Figure = ({ name, value, note }: { name: string; value: string; note: string }) => (
  <div>
    <Text component="dt" size="xs" c="dimmed">
      {name}
    </Text>
    <dd>
      {value}
      <Text size="xs" c="dimmed" fw={400}>
        {note}
      </Text>
    </dd>
  </div>
)
