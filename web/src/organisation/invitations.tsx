import { Button, Group, Stack, Text, Title } from '@mantine/core'
import type { ActingOrganisation, Invitation } from '@portal/contract'
import { IconMailForward, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { organisationQueries } from '../api/index.ts'
import {
  type Column,
  DataTable,
  EmptyState,
  Loaded,
  RelativeTime,
  Section,
  useShortcut,
} from '../ui/index.ts'
import { InvitationActions } from './invitation-actions.tsx'
import { RoleBadge } from './role-badge.tsx'

const InviteDialog = lazy(() =>
  import('./invite-dialog.tsx').then(({ InviteDialog }) => ({ default: InviteDialog })),
)

/** The open invitations, and the way to make one. */
export function Invitations({ organisation }: { organisation: ActingOrganisation }) {
  const { isOpen, open, close } = useInviting()
  const invitations = useQuery(organisationQueries.invitations(organisation.id))
  const invite = (
    <Button leftSection={<IconUserPlus size={17} aria-hidden />} onClick={open}>
      Invite somebody
    </Button>
  )
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={2}>Invitations</Title>
        {Boolean(invitations.data?.length) && invite}
      </Group>
      <Loaded query={invitations} what="the invitations" rows={2}>
        {(open) => <InvitationList organisation={organisation} invitations={open} invite={invite} />}
      </Loaded>
      {isOpen && (
        <Suspense>
          <InviteDialog organisation={organisation} onClose={close} />
        </Suspense>
      )}
    </Stack>
  )
}

/** Whether somebody is being invited: in the address, so that links and the palette lead there. */
function useInviting() {
  const { invite } = useSearch({ from: '/portal/organisation/settings/members' })
  const navigate = useNavigate()
  const open = () => navigate({ to: '/settings/members', search: { invite: '1' } })
  const close = () => navigate({ to: '/settings/members', search: {}, replace: true })
  useShortcut({ keys: 'i', label: 'Invite somebody', group: 'Members' }, open)
  return { isOpen: invite !== undefined, open, close }
}

type InvitationListProps = {
  organisation: ActingOrganisation
  invitations: readonly Invitation[]
  invite: React.ReactNode
}

function InvitationList({ organisation, invitations, invite }: InvitationListProps) {
  if (invitations.length > 0) {
    return (
      <DataTable
        caption="Invitations"
        columns={columnsOf(organisation)}
        rows={invitations}
        keyOf={({ id }) => id}
      />
    )
  }
  return (
    <Section>
      <EmptyState icon={<IconMailForward size={24} />} title="No open invitations" action={invite}>
        Whoever you invite gets a mail with a link that works once, for 7 days.
      </EmptyState>
    </Section>
  )
}

const columnsOf = (organisation: ActingOrganisation): Column<Invitation>[] => [
  {
    key: 'email',
    header: 'Address',
    render: ({ email }) => (
      <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
        {email}
      </Text>
    ),
  },
  { key: 'role', header: 'Role', render: ({ role }) => <RoleBadge role={role} /> },
  { key: 'inviter', header: 'Invited by', render: ({ inviter }) => inviter.name },
  { key: 'expires', header: 'Expires', render: ({ expiresAt }) => <RelativeTime instant={expiresAt} /> },
  {
    key: 'actions',
    header: 'Actions',
    isHeaderHidden: true,
    align: 'right',
    render: (invitation) => <InvitationActions organisation={organisation} invitation={invitation} />,
  },
]
