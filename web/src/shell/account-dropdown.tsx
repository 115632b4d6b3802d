import { Menu, Text } from '@mantine/core'
import type { SignedInUser } from '@portal/contract'
import { IconHeartbeat, IconLogout, IconSettings, IconShieldLock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useOpenedAtOnce } from '../ui/index.ts'
import { AccountButton } from './account-button.tsx'
import { useSignOut } from './sign-out.ts'

/** The account's menu with its button, opened. */
export function AccountDropdown({ user }: { user: SignedInUser }) {
  const signOut = useSignOut()
  const { target, menu } = useOpenedAtOnce()
  return (
    <Menu width={240} {...menu}>
      <Menu.Target>
        <AccountButton ref={target} user={user} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fw={600} size="sm" c="var(--mantine-color-text)" truncate>
            {user.name}
          </Text>
          <Text size="xs" truncate>
            {user.email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconSettings size={16} aria-hidden />}
          component={Link}
          to="/settings/profile"
        >
          Profile
        </Menu.Item>
        <Menu.Item
          leftSection={<IconShieldLock size={16} aria-hidden />}
          component={Link}
          to="/settings/security"
        >
          Security
        </Menu.Item>
        <Menu.Item leftSection={<IconHeartbeat size={16} aria-hidden />} component={Link} to="/status">
          Status
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
