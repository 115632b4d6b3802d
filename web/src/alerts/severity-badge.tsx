import { Badge } from '@mantine/core'
import { type AlertSeverity, severityNames } from '@portal/contract'
import { IconAlertOctagonFilled, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'

const marks = {
  info: { color: 'gray', Icon: IconInfoCircle },
  warning: { color: 'yellow', Icon: IconAlertTriangle },
  critical: { color: 'red', Icon: IconAlertOctagonFilled },
}

/** How severe something is: a word with a sign of its own shape, whatever colours somebody sees. */
export function SeverityBadge({ severity }: { severity: AlertSeverity }) {
  const { color, Icon } = marks[severity]
  return (
    <Badge color={color} leftSection={<Icon size={14} aria-hidden />}>
      {severityNames[severity]}
    </Badge>
  )
}
