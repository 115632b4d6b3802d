import { Button, Group, Loader, Text } from '@mantine/core'
import { invitationEndpoints } from '@portal/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ApiError, call, organisationQueries, sessionQuery } from '../api/index.ts'
import { ButtonLink, EntrancePage, ErrorState, FormError, notifyDone } from '../ui/index.ts'
import { switchTo, useFreshStart } from './acting.ts'
import { OtherAddress, WhoAreYou } from './invitation-entrances.tsx'
import { RoleBadge } from './role-badge.tsx'
import { roleWords } from './role-words.ts'

/** Where the link of an invitation leads: what it is to, and the way to accept it. */
export function InvitationPage() {
  const { token } = useSearch({ from: '/entrance/invitation' })
  if (!token) {
    return (
      <EntrancePage title="This link is incomplete">
        <FormError>Copy all of it from the mail.</FormError>
      </EntrancePage>
    )
  }
  return <Preview token={token} />
}

function Preview({ token }: { token: string }) {
  const { data, error, refetch } = useQuery(organisationQueries.preview(token))
  const session = useQuery({ ...sessionQuery, retry: false })
  if (error instanceof ApiError && error.code === 'invalid_token') {
    return (
      <EntrancePage title="This invitation has ended">
        <FormError>
          It was accepted, withdrawn or replaced, or its 7 days are over. Ask for a new one.
        </FormError>
        <ButtonLink to="/" variant="default">
          Go to the portal
        </ButtonLink>
      </EntrancePage>
    )
  }
  if (error) return <ErrorState title="The invitation could not be read" error={error} onRetry={refetch} />
  if (!data || session.isPending) {
    return (
      <EntrancePage title="Reading the invitation…">
        <Loader role="status" aria-label="Reading the invitation" />
      </EntrancePage>
    )
  }
  const { organisation, inviter, email, role, hasAccount } = data
  const user = session.data?.user
  return (
    <EntrancePage title={`Join ${organisation.name}`}>
      <Text size="sm">
        {inviter.name} invites <b>{email}</b> to join.
      </Text>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <RoleBadge role={role} />
        <Text size="sm" c="dimmed">
          {roleWords[role].may}
        </Text>
      </Group>
      {!user ? (
        <WhoAreYou email={email} hasAccount={hasAccount} token={token} />
      ) : user.email === email ? (
        <Acceptance token={token} />
      ) : (
        <OtherAddress own={user.email} invited={email} hasAccount={hasAccount} token={token} />
      )}
    </EntrancePage>
  )
}

function Acceptance({ token }: { token: string }) {
  const navigate = useNavigate()
  const startAfresh = useFreshStart()
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const { id } = await call(invitationEndpoints.accept, { body: { token } })
      return switchTo(id)
    },
    onSuccess: async ({ name }) => {
      await navigate({ to: '/' })
      await startAfresh()
      notifyDone(`Welcome to ${name}. You are working in it now.`)
    },
  })
  return (
    <>
      {error && <FormError>{error.message}</FormError>}
      <Button onClick={() => mutate()} loading={isPending}>
        Accept the invitation
      </Button>
      <ButtonLink to="/" variant="subtle">
        Not now
      </ButtonLink>
    </>
  )
}
