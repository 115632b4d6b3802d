import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import type { AdminUserDetail } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { sessionQuery } from '../api/index.ts'
import { DataTable, dayText, deviceName, Loaded, RelativeTime, Section, TextLink } from '../ui/index.ts'
import { Facts } from './facts.tsx'
import { adminQueries } from './queries.ts'
import { type SimpleAction, type UserAction, UserDialogs } from './user-dialogs.tsx'
import { UserBadges } from './users-page.tsx'
import { countText, moneyText, tierWords } from './words.ts'

/** Somebody with all that an administrator sees of them, and may do. */
export function UserPage() {
  const { userId } = useParams({ from: '/portal/admin/users/$userId' })
  const user = useQuery(adminQueries.user(userId))
  return (
    <Stack gap="lg">
      <TextLink to="/admin/users" size="sm">
        All users
      </TextLink>
      <Loaded query={user} what="this user" rows={6}>
        {(found) => <User user={found} />}
      </Loaded>
    </Stack>
  )
}

function User({ user }: { user: AdminUserDetail }) {
  const [action, setAction] = useState<UserAction | null>(null)
  return (
    <>
      <Section title={user.name} description={user.email} actions={<UserBadges user={user} />}>
        <Stack>
          <Facts facts={factsOf(user)} />
          <Actions user={user} onAction={setAction} />
        </Stack>
      </Section>
      <Memberships user={user} />
      <Devices user={user} onAction={setAction} />
      <Keys user={user} onAction={setAction} />
      {action && <UserDialogs user={user} action={action} onClose={() => setAction(null)} />}
    </>
  )
}

const factsOf = (user: AdminUserDetail) =>
  [
    ...(user.suspendReason ? [['Suspended because', user.suspendReason] as const] : []),
    ...(user.deletionAt ? [['Will be deleted on', dayText(user.deletionAt)] as const] : []),
    ['Signs in by', user.ways.join(', ') || 'No way yet'],
    ['Two-factor sign-in', user.twoFactorEnabled ? 'On' : 'Off'],
    ['Member since', dayText(user.createdAt)],
    [
      'This month',
      `${countText(user.usage.requests)} requests, ${countText(user.usage.tokens)} tokens, ${moneyText(user.usage.costUsd)}`,
    ],
    ['Id', user.id],
  ] as const

type ActionsProps = { user: AdminUserDetail; onAction: (action: UserAction) => void }

function Actions({ user, onAction }: ActionsProps) {
  const { data: session } = useQuery(sessionQuery)
  const isSelf = session?.user.id === user.id
  const isAdministrator = user.role === 'admin'
  const offered: [kind: SimpleAction['kind'], label: string, isOffered: boolean][] = [
    ['impersonate', 'Sign in as them', !isAdministrator && !user.suspendedAt],
    ['send-password-reset', 'Send a password link', true],
    ['reset-two-factor', 'Reset two-factor', user.twoFactorEnabled],
    ['make-administrator', 'Make administrator', !isAdministrator],
    ['make-user', 'Take administration away', isAdministrator],
    ['reinstate', 'Let them in again', user.suspendedAt !== null],
    ['cancel-deletion', 'Keep the account', user.deletionAt !== null],
  ]
  return (
    <Group gap="sm">
      {offered.map(
        ([kind, label, isOffered]) =>
          isOffered && (
            <Button key={kind} variant="default" size="xs" onClick={() => onAction({ kind } as SimpleAction)}>
              {label}
            </Button>
          ),
      )}
      {!isSelf && !user.suspendedAt && (
        <Button color="red" variant="light" size="xs" onClick={() => onAction({ kind: 'suspend' })}>
          Suspend
        </Button>
      )}
      {!isSelf && !user.deletionAt && (
        <Button color="red" variant="light" size="xs" onClick={() => onAction({ kind: 'schedule-deletion' })}>
          Delete
        </Button>
      )}
    </Group>
  )
}

function Memberships({ user }: { user: AdminUserDetail }) {
  return (
    <Section title="Organisations">
      <DataTable
        caption="Organisations"
        rows={user.organisations}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'name',
            header: 'Name',
            render: ({ id, name }) => (
              <TextLink
                to="/admin/organisations/$organisationId"
                params={{ organisationId: id }}
                fw={600}
                size="sm"
              >
                {name}
              </TextLink>
            ),
          },
          { key: 'role', header: 'Role', render: ({ role }) => role },
          { key: 'plan', header: 'Plan', render: ({ tier }) => tierWords[tier] },
        ]}
      />
    </Section>
  )
}

function Devices({ user, onAction }: ActionsProps) {
  const { sessions } = user
  return (
    <Section
      title="Devices"
      actions={
        sessions.length > 0 && (
          <Button variant="default" size="xs" onClick={() => onAction({ kind: 'end-sessions' })}>
            Sign out everywhere
          </Button>
        )
      }
    >
      {sessions.length === 0 ? (
        <Text c="dimmed">They are signed in nowhere.</Text>
      ) : (
        <DataTable
          caption="Devices"
          rows={sessions}
          keyOf={({ id }) => id}
          columns={[
            {
              key: 'device',
              header: 'Device',
              render: ({ userAgent, impersonator }) => (
                <Group gap="xs">
                  {userAgent ? deviceName(userAgent) : 'Unknown device'}
                  {impersonator && <Badge color="yellow">{impersonator} in their name</Badge>}
                </Group>
              ),
            },
            { key: 'address', header: 'Address', render: ({ ipAddress }) => ipAddress },
            {
              key: 'seen',
              header: 'Last seen',
              render: ({ lastSeenAt }) => <RelativeTime instant={lastSeenAt} />,
            },
            {
              ...{ key: 'end', header: 'Actions', isHeaderHidden: true, align: 'right' },
              render: ({ id }) => (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  onClick={() => onAction({ kind: 'end-sessions', sessionId: id })}
                >
                  Sign out
                </Button>
              ),
            },
          ]}
        />
      )}
    </Section>
  )
}

const keyColors = { ACTIVE: 'pine', REVOKED: 'red', EXPIRED: 'gray' } as const
const keyWords = { ACTIVE: 'Active', REVOKED: 'Revoked', EXPIRED: 'Expired' } as const

function Keys({ user: { keys }, onAction }: ActionsProps) {
  return (
    <Section title="API keys" description="What they open is shown to nobody, nor here.">
      {keys.length === 0 ? (
        <Text c="dimmed">They have no API keys.</Text>
      ) : (
        <DataTable
          caption="API keys"
          rows={keys}
          keyOf={({ id }) => id}
          columns={[
            {
              key: 'name',
              header: 'Name',
              render: ({ name, prefix, lastCharacters }) => (
                <Stack gap={0}>
                  <Text fw={600} size="sm">
                    {name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {prefix}…{lastCharacters}
                  </Text>
                </Stack>
              ),
            },
            {
              key: 'status',
              header: 'Status',
              render: ({ status }) => <Badge color={keyColors[status]}>{keyWords[status]}</Badge>,
            },
            {
              key: 'used',
              header: 'Last used',
              render: ({ lastUsedAt }) => (lastUsedAt ? <RelativeTime instant={lastUsedAt} /> : 'Never'),
            },
            {
              ...{ key: 'revoke', header: 'Actions', isHeaderHidden: true, align: 'right' },
              render: (key) =>
                key.status === 'ACTIVE' && (
                  <Button
                    variant="subtle"
                    color="red"
                    size="compact-sm"
                    onClick={() => onAction({ kind: 'revoke-key', keyId: key.id, keyName: key.name })}
                  >
                    Revoke
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Section>
  )
}
