import { Badge, Group, Stack, Text } from '@mantine/core'
import { isManagerRole, type Member } from '@portal/contract'
import { type Column, RelativeTime } from '../ui/index.ts'
import type { Acting } from './acting.ts'
import { type MemberAction, MemberMenu } from './member-menu.tsx'
import { mayChange } from './rights.ts'
import { RoleBadge } from './role-badge.tsx'

/** The columns of the list of members: what one's role may see, and what it may do. */
export function memberColumns(
  { organisation: { role }, userId }: Acting,
  onAction: (action: MemberAction) => void,
): Column<Member>[] {
  const base: Column<Member>[] = [
    {
      key: 'name',
      header: 'Name',
      render: (member) => <Name member={member} isSelf={member.userId === userId} />,
    },
    { key: 'role', header: 'Role', render: (member) => <RoleBadge role={member.role} /> },
  ]
  if (!isManagerRole(role)) return base
  return [
    ...base,
    {
      key: 'factor',
      header: 'Two-factor',
      render: ({ twoFactorEnabled }) => (twoFactorEnabled ? 'On' : 'Off'),
    },
    { key: 'seen', header: 'Last seen', render: ({ lastSeenAt }) => <LastSeen instant={lastSeenAt} /> },
    {
      key: 'menu',
      header: 'Actions',
      isHeaderHidden: true,
      align: 'right',
      render: (member) =>
        member.userId !== userId && mayChange(role, member) ? (
          <MemberMenu member={member} onAction={onAction} />
        ) : null,
    },
  ]
}

function Name({ member: { name, email }, isSelf }: { member: Member; isSelf: boolean }) {
  return (
    <Stack gap={2} maw="22rem">
      <Group gap="xs">
        <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        {isSelf && <Badge color="gray">You</Badge>}
      </Group>
      {email && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>
      )}
    </Stack>
  )
}

function LastSeen({ instant }: { instant: string | null }) {
  if (instant) return <RelativeTime instant={instant} />
  return (
    <Text size="sm" c="dimmed" component="span">
      Not yet
    </Text>
  )
}
