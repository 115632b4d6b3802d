import { ActionIcon, Menu } from '@mantine/core'
import type { Member } from '@portal/contract'
import { IconDots, IconUserEdit, IconUserMinus } from '@tabler/icons-react'

/** What is being done to a member. */
export type MemberAction = { kind: 'change-role' | 'remove'; member: Member }

type MemberMenuProps = { member: Member; onAction: (action: MemberAction) => void }

/** What can be done to one member. */
export function MemberMenu({ member, onAction }: MemberMenuProps) {
  return (
    <Menu width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions for ${member.name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUserEdit size={16} aria-hidden />}
          onClick={() => onAction({ kind: 'change-role', member })}
        >
          Change role
        </Menu.Item>
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconUserMinus size={16} aria-hidden />}
          onClick={() => onAction({ kind: 'remove', member })}
        >
          Remove
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
