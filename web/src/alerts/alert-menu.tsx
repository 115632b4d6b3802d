import { ActionIcon, Menu } from '@mantine/core'
import type { Alert } from '@portal/contract'
import {
  IconBellOff,
  IconBellPlus,
  IconDots,
  IconHistory,
  IconPencil,
  IconSend,
  IconTrash,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'

/** What is done with an alert. */
export type AlertAction = { kind: 'edit' | 'test' | 'switch' | 'delete'; alert: Alert }

type AlertMenuProps = { alert: Alert; onAction: (action: AlertAction) => void }

/** What can be done with one alert. */
export function AlertMenu({ alert, onAction }: AlertMenuProps) {
  const navigate = useNavigate()
  const icon = { size: 16, 'aria-hidden': true }
  const item = (kind: AlertAction['kind'], label: string, leftSection: React.ReactNode) => (
    <Menu.Item leftSection={leftSection} onClick={() => onAction({ kind, alert })}>
      {label}
    </Menu.Item>
  )
  return (
    <Menu width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions for ${alert.name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item('edit', 'Edit', <IconPencil {...icon} />)}
        {item('test', 'Send a test', <IconSend {...icon} />)}
        <Menu.Item
          leftSection={<IconHistory {...icon} />}
          onClick={() => navigate({ to: '/usage/alerts/history', search: { alert: alert.id } })}
        >
          History
        </Menu.Item>
        {alert.enabled
          ? item('switch', 'Turn off', <IconBellOff {...icon} />)
          : item('switch', 'Turn on', <IconBellPlus {...icon} />)}
        <Menu.Divider />
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconTrash {...icon} />}
          onClick={() => onAction({ kind: 'delete', alert })}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
