import { ActionIcon, Menu } from '@mantine/core'
import type { AdministeredModel } from '@portal/contract'
import {
  IconArrowBackUp,
  IconDots,
  IconEye,
  IconEyeOff,
  IconPencil,
  IconPlayerPlay,
  IconPower,
} from '@tabler/icons-react'
import type { Act, AdministrationAction } from './actions.ts'
import { Remove } from './provider-menu.tsx'

type ModelAction = Extract<AdministrationAction, { model: AdministeredModel }>

/** What can be done to one model. */
export function ModelMenu({ model, onAction }: { model: AdministeredModel; onAction: Act }) {
  const { enabled, hidden, source, version } = model
  const item = (kind: ModelAction['kind'], label: string, icon: React.ReactNode) => (
    <Menu.Item leftSection={icon} onClick={() => onAction({ kind, model })}>
      {label}
    </Menu.Item>
  )
  return (
    <Menu width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions for ${model.id}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item('edit-model', 'Edit', <IconPencil size={16} aria-hidden />)}
        {hidden
          ? item('show', 'Show in lists', <IconEye size={16} aria-hidden />)
          : item('hide', 'Hide from lists', <IconEyeOff size={16} aria-hidden />)}
        {enabled
          ? item('switch-off', 'Switch off', <IconPower size={16} aria-hidden />)
          : item('enable', 'Switch on', <IconPlayerPlay size={16} aria-hidden />)}
        {source === 'added' && <Remove onRemove={() => onAction({ kind: 'remove-model', model })} />}
        {source !== 'added' &&
          version > 0 &&
          item('remove-model', 'Reset', <IconArrowBackUp size={16} aria-hidden />)}
      </Menu.Dropdown>
    </Menu>
  )
}
