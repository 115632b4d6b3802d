import { Stack, Text } from '@mantine/core'
import { isManagerRole, type Member } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { organisationQueries } from '../api/index.ts'
import { DataTable, Loaded } from '../ui/index.ts'
import { type Acting, useActing } from './acting.ts'
import { Invitations } from './invitations.tsx'
import { memberColumns } from './member-columns.tsx'
import type { MemberAction } from './member-menu.tsx'

const MemberDialogs = lazy(() =>
  import('./member-dialogs.tsx').then(({ MemberDialogs }) => ({ default: MemberDialogs })),
)

/** Who is in the organisation and as what, and who is invited. */
export function MembersPage() {
  const acting = useActing()
  if (!acting) return null
  return (
    <Stack gap="xl">
      <Members acting={acting} />
      {isManagerRole(acting.organisation.role) ? (
        <Invitations organisation={acting.organisation} />
      ) : (
        <Text size="sm" c="dimmed">
          Owners and admins invite people and change roles.
        </Text>
      )}
    </Stack>
  )
}

function Members({ acting }: { acting: Acting }) {
  const members = useQuery(organisationQueries.members(acting.organisation.id))
  return (
    <Loaded query={members} what="the members">
      {(all) => <MemberTable acting={acting} members={all} />}
    </Loaded>
  )
}

function MemberTable({ acting, members }: { acting: Acting; members: readonly Member[] }) {
  const [action, setAction] = useState<MemberAction | null>(null)
  return (
    <>
      <DataTable
        caption="Members"
        columns={memberColumns(acting, setAction)}
        rows={members}
        keyOf={({ userId }) => userId}
      />
      {action && (
        <Suspense>
          <MemberDialogs organisation={acting.organisation} action={action} onClose={() => setAction(null)} />
        </Suspense>
      )}
    </>
  )
}
