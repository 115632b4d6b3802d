import { ActionIcon, Menu } from '@mantine/core'
import type { AdministeredProvider } from '@portal/contract'
import {
  IconArrowBackUp,
  IconDots,
  IconDroplet,
  IconPencil,
  IconPlayerPlay,
  IconPlugConnected,
  IconPower,
  IconTrash,
} from '@tabler/icons-react'
import type { Act, AdministrationAction } from './actions.ts'

type ProviderAction = Extract<AdministrationAction, { provider: AdministeredProvider }>
type ProviderMenuProps = { provider: AdministeredProvider; onAction: Act }

/** What can be done to one provider, as far as its state lets it. */
export function ProviderMenu({ provider, onAction }: ProviderMenuProps) {
  const { state, source, version } = provider
  const item = (kind: ProviderAction['kind'], label: string, icon: React.ReactNode) => (
    <Menu.Item leftSection={icon} onClick={() => onAction({ kind, provider })}>
      {label}
    </Menu.Item>
  )
  return (
    <Menu width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions for ${provider.name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item('test', 'Test', <IconPlugConnected size={16} aria-hidden />)}
        {item('edit-provider', 'Edit', <IconPencil size={16} aria-hidden />)}
        <Menu.Divider />
        {state !== 'active' && item('activate', 'Take requests', <IconPlayerPlay size={16} aria-hidden />)}
        {state === 'active' && item('drain', 'Drain', <IconDroplet size={16} aria-hidden />)}
        {state !== 'disabled' && item('disable', 'Switch off', <IconPower size={16} aria-hidden />)}
        {source === 'added' && <Remove onRemove={() => onAction({ kind: 'remove-provider', provider })} />}
        {source !== 'added' &&
          version > 0 &&
          item('remove-provider', 'Reset', <IconArrowBackUp size={16} aria-hidden />)}
      </Menu.Dropdown>
    </Menu>
  )
}

/** The way to delete something. */
export function Remove({ onRemove }: { onRemove: () => void }) {
  return (
    <>
      <Menu.Divider />
      <Menu.Item
        c="var(--mantine-color-error)"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={onRemove}
      >
        Delete
      </Menu.Item>
    </>
  )
}
