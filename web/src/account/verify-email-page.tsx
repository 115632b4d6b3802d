import { Button, Loader, Stack, Text, TextInput } from '@mantine/core'
import { authEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ButtonLink, EntrancePage, FormError } from '../ui/index.ts'
import { keptReturnPath } from './kept-return-path.ts'
import { useResend } from './use-resend.ts'

/** Where the link in the mail leads: the address is confirmed with the token in it, which works once. */
export function VerifyEmailPage() {
  const { token } = useSearch({ from: '/entrance/verify-email' })
  if (!token) return <LinkIsNoGood message="This link is incomplete. Copy all of it from the mail." />
  return <Verification token={token} />
}

function Verification({ token }: { token: string }) {
  // A query, though it changes something: whatever mounts the page twice, the token is sent once.
  const { data, error } = useQuery({
    queryKey: ['verify-email', token],
    queryFn: () => call(authEndpoints.verifyEmail, { body: { token } }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  })
  if (error) return <LinkIsNoGood message={error.message} />
  if (!data) {
    return (
      <EntrancePage title="Confirming your address…">
        <Loader role="status" aria-label="Confirming your address" />
      </EntrancePage>
    )
  }
  return (
    <EntrancePage title="Your address is confirmed" description={data.email}>
      <ButtonLink to="/sign-in" search={{ email: data.email, ...keptReturnPath(data.email) }}>
        Sign in
      </ButtonLink>
    </EntrancePage>
  )
}

function LinkIsNoGood({ message }: { message: string }) {
  const [email, setEmail] = useState('')
  const { resend, waitSeconds, isPending, isSuccess, error } = useResend(email)
  return (
    <EntrancePage title="This link did not work">
      <FormError>{message}</FormError>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          resend()
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Send a new link to"
            type="email"
            autoComplete="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          {error && <FormError>{error.message}</FormError>}
          <Button type="submit" variant="default" loading={isPending} disabled={!email || waitSeconds > 0}>
            {waitSeconds > 0 ? `Send again in ${waitSeconds} s` : 'Send the link'}
          </Button>
          <Text size="sm" role="status">
            {isSuccess && 'If the address awaits confirming, a mail is on its way.'}
          </Text>
        </Stack>
      </form>
      <ButtonLink to="/sign-in" variant="subtle">
        Sign in
      </ButtonLink>
    </EntrancePage>
  )
}
