import { Badge, Group, Stack, Text } from '@mantine/core'
import type { AdminUser } from '@portal/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { type Column, dayText, RelativeTime, TextLink } from '../ui/index.ts'
import { Narrowing, narrowedBy } from './narrowing.tsx'
import { PagedTable } from './paged-table.tsx'
import { adminQueries } from './queries.ts'
import { tierWords } from './words.ts'

/** Everybody with an account, to be searched. */
export function UsersPage() {
  const search = useSearch({ from: '/portal/admin/users' })
  const users = useInfiniteQuery(
    adminQueries.users({ ...narrowedBy(search), ...(search.role === 'admin' && { role: 'admin' }) }),
  )
  return (
    <Stack>
      <Narrowing search={search} to="/admin/users" label="Name or address begins with" />
      <PagedTable
        query={users}
        what="the users"
        caption="Users"
        columns={columns}
        keyOf={({ id }) => id}
        empty="Nobody is like that."
      />
    </Stack>
  )
}

const columns: readonly Column<AdminUser>[] = [
  {
    key: 'name',
    header: 'Name',
    render: ({ id, name, email }) => (
      <Stack gap={2} maw="20rem">
        <TextLink to="/admin/users/$userId" params={{ userId: id }} fw={600} size="sm">
          {name}
        </TextLink>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>
      </Stack>
    ),
  },
  { key: 'state', header: 'State', render: (user) => <UserBadges user={user} /> },
  { key: 'plan', header: 'Plan', render: ({ tier }) => (tier ? tierWords[tier] : 'None') },
  {
    key: 'factor',
    header: 'Two-factor',
    render: ({ twoFactorEnabled }) => (twoFactorEnabled ? 'On' : 'Off'),
  },
  {
    key: 'seen',
    header: 'Last seen',
    render: ({ lastSeenAt }) => (lastSeenAt ? <RelativeTime instant={lastSeenAt} /> : 'Not signed in'),
  },
  { key: 'created', header: 'Since', render: ({ createdAt }) => dayText(createdAt) },
]

type UserBadgesProps = {
  user: Pick<AdminUser, 'suspendedAt' | 'deletionAt' | 'emailVerified' | 'role'>
}

/** What is out of the ordinary about somebody. */
export const UserBadges = ({ user }: UserBadgesProps) => (
  <Group gap={6}>
    {user.suspendedAt ? <Badge color="red">Suspended</Badge> : <Badge color="pine">Active</Badge>}
    {user.role === 'admin' && <Badge color="yellow">Administrator</Badge>}
    {user.deletionAt && <Badge color="red">Will be deleted</Badge>}
    {!user.emailVerified && <Badge color="gray">Address not confirmed</Badge>}
  </Group>
)
