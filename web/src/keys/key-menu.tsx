import { ActionIcon, Menu } from '@mantine/core'
import type { ApiKey } from '@portal/contract'
import { IconBan, IconDots, IconPencil, IconPlayerPlay, IconRefresh, IconTrash } from '@tabler/icons-react'

/** What is being done to a key. */
export type KeyAction = { kind: 'edit' | 'regenerate' | 'revoke' | 'reactivate' | 'delete'; apiKey: ApiKey }

type KeyMenuProps = { apiKey: ApiKey; onAction: (action: KeyAction) => void }

/** What can be done to one key, as far as its status lets it. */
export function KeyMenu({ apiKey, onAction }: KeyMenuProps) {
  const { status, leaked } = apiKey
  const item = (kind: KeyAction['kind'], label: string, icon: React.ReactNode) => (
    <Menu.Item leftSection={icon} onClick={() => onAction({ kind, apiKey })}>
      {label}
    </Menu.Item>
  )
  return (
    <Menu width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions for ${apiKey.name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item('edit', 'Edit', <IconPencil size={16} aria-hidden />)}
        {status === 'ACTIVE' && item('regenerate', 'Regenerate', <IconRefresh size={16} aria-hidden />)}
        {status !== 'REVOKED' && item('revoke', 'Revoke', <IconBan size={16} aria-hidden />)}
        {status === 'REVOKED' &&
          !leaked &&
          item('reactivate', 'Reactivate', <IconPlayerPlay size={16} aria-hidden />)}
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => onAction({ kind: 'delete', apiKey })}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
