// What somebody with an invitation is told who is not signed in as the one it is for.
import { Button, Text } from '@mantine/core'
import { authEndpoints } from '@portal/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call, sessionQuery } from '../api/index.ts'
import { ButtonLink, FormError } from '../ui/index.ts'

type Invited = { email: string; hasAccount: boolean; token: string }

/** The way to sign in or up with the invited address, and back here. */
export function WhoAreYou({ email, hasAccount, token }: Invited) {
  const search = { email, next: pathOf(token) }
  return hasAccount ? (
    <ButtonLink to="/sign-in" search={search}>
      Sign in to accept
    </ButtonLink>
  ) : (
    <>
      <ButtonLink to="/sign-up" search={search}>
        Create your account
      </ButtonLink>
      <Text size="sm" c="dimmed">
        Use exactly this address. You will come back here to accept.
      </Text>
    </>
  )
}

type OtherAddressProps = { own: string; invited: string; hasAccount: boolean; token: string }

/** Somebody else is signed in on this device. */
export function OtherAddress({ own, invited, hasAccount, token }: OtherAddressProps) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => call(authEndpoints.signOut, {}),
    onSuccess: async () => {
      client.clear()
      client.setQueryData(sessionQuery.queryKey, null)
      const search = { email: invited, next: pathOf(token) }
      await navigate({ to: hasAccount ? '/sign-in' : '/sign-up', search })
    },
  })
  return (
    <>
      <Text size="sm">
        You are signed in as <b>{own}</b>. The invitation can only be accepted with the address that it was
        mailed to.
      </Text>
      {error && <FormError>{error.message}</FormError>}
      <Button onClick={() => mutate()} loading={isPending}>
        Sign out and continue
      </Button>
      <ButtonLink to="/" variant="subtle">
        Stay signed in
      </ButtonLink>
    </>
  )
}

const pathOf = (token: string): string => `/invitation?${new URLSearchParams({ token })}`
