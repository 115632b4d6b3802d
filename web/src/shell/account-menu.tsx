import { Menu, Text, UnstyledButton } from '@mantine/core'
import type { SignedInUser } from '@portal/contract'
import { IconLogout, IconSettings, IconShieldLock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import classes from './shell.module.css'
import { useSignOut } from './sign-out.ts'

/** Who is signed in, and the way out. */
export function AccountMenu({ user }: { user: SignedInUser }) {
  const signOut = useSignOut()
  return (
    <Menu width={240}>
      <Menu.Target>
        <UnstyledButton
          aria-label={`Account of ${user.name || user.email}`}
          className={classes.account}
          data-initials={initialsOf(user.name || user.email)}
        />
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
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The first letters of the first and the last word. */
const initialsOf = (name: string): string =>
  [name.trim().split(/\s+/).at(0), name.trim().split(/\s+/).slice(1).at(-1)]
    .map((word) => word?.match(/\p{L}/u)?.[0] ?? '')
    .join('')
    .toUpperCase()
