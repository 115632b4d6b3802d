import { Badge, Stack, Text } from '@mantine/core'
import type { Alert } from '@portal/contract'
import { type Column, RelativeTime } from '../ui/index.ts'
import { type AlertAction, AlertMenu } from './alert-menu.tsx'
import { channelWords, countedText, percentText, periodText, toldText } from './alert-words.ts'
import classes from './alerts.module.css'
import { Reached } from './reached.tsx'
import { SeverityBadge } from './severity-badge.tsx'

/** The columns of the list of alerts; without a menu for those who may only look. */
export const alertColumns = (onAction: ((action: AlertAction) => void) | null): Column<Alert>[] => [
  { key: 'name', header: 'Name', render: (alert) => <Name alert={alert} /> },
  { key: 'state', header: 'State', render: (alert) => <State alert={alert} /> },
  { key: 'used', header: 'Used', render: (alert) => <Reached alert={alert} /> },
  // Whom it tells, and what can be done with it, are for those who manage it.
  ...(onAction
    ? [
        { key: 'told', header: 'Told', render: (alert: Alert) => <Told alert={alert} /> },
        {
          ...{ key: 'menu', header: 'Actions', isHeaderHidden: true, align: 'right' as const },
          render: (alert: Alert) => <AlertMenu alert={alert} onAction={onAction} />,
        },
      ]
    : []),
]

function Name({ alert }: { alert: Alert }) {
  return (
    <Stack gap={2} maw="18rem">
      <Text fw={600} size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
        {alert.name}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {countedText(alert)}
      </Text>
    </Stack>
  )
}

function State({ alert: { enabled, state } }: { alert: Alert }) {
  if (!enabled) return <Badge color="gray">Off</Badge>
  // What others used is not for everybody.
  if (state.used === null) return <Badge color="gray">On</Badge>
  if (state.threshold === null) return <Badge color="pine">Quiet</Badge>
  return (
    <Stack gap={2} align="flex-start" className={classes.state}>
      {state.severity && <SeverityBadge severity={state.severity} />}
      <Text size="sm" component="span">
        Fired at {percentText(state.threshold)}
      </Text>
      {state.firedAt && (
        <Text size="xs" c="dimmed" component="span">
          <RelativeTime instant={state.firedAt} />
        </Text>
      )}
      <Text size="xs" c="dimmed" component="span">
        {periodText(state)}
      </Text>
    </Stack>
  )
}

function Told({ alert }: { alert: Alert }) {
  const { failure } = alert
  return (
    <Stack gap={2} maw="16rem">
      <Text size="sm">{toldText(alert)}</Text>
      {failure && (
        <Text size="xs" c="var(--mantine-color-error)">
          {channelWords[failure.channel as keyof typeof channelWords] ?? failure.channel}: {failure.error}
        </Text>
      )}
    </Stack>
  )
}
