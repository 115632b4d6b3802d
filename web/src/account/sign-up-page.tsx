import { Group, Text } from '@mantine/core'
import { authEndpoints } from '@portal/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ApiError, call, waysQuery } from '../api/index.ts'
import { EntrancePage, FormError, TextLink } from '../ui/index.ts'
import { CheckYourMail } from './check-your-mail.tsx'
import { keepReturnPath } from './kept-return-path.ts'
import { type NewAccount, NewAccountForm } from './new-account-form.tsx'
import { safeReturnPath } from './return-path.ts'

/** Makes an account; its address is confirmed by mail. */
export function SignUpPage() {
  const { next, email } = useSearch({ from: '/entrance/sign-up' })
  // Asked anew: a switch counts at once.
  const { data: ways } = useQuery({ ...waysQuery, staleTime: 0 })
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (body: NewAccount) => call(authEndpoints.register, { body }),
    onSuccess: (made) => keepReturnPath(made.email, safeReturnPath(next)),
  })
  if (data?.requiresVerification) return <CheckYourMail email={data.email} />
  if (ways?.signUp === false) return <Closed next={next} />
  return (
    <EntrancePage title="Create your account" description="To call models with your own keys and limits.">
      <NewAccountForm
        action="Create account"
        {...(email && { email })}
        onSubmit={mutate}
        isPending={isPending}
        error={error}
        refusal={(failure, email) => <Refused error={failure} email={email} />}
      />
      <ToSignIn next={next} />
    </EntrancePage>
  )
}

type WithNext = { next: string | undefined }

function Closed({ next }: WithNext) {
  return (
    <EntrancePage
      title="Signing up is closed"
      description="This portal takes no new people at the moment. Whoever runs it can open it again."
    >
      <ToSignIn next={next} />
    </EntrancePage>
  )
}

function ToSignIn({ next }: WithNext) {
  return (
    <Text size="sm" c="dimmed">
      Already have an account?{' '}
      <TextLink to="/sign-in" search={next ? { next } : {}}>
        Sign in
      </TextLink>
    </Text>
  )
}

function Refused({ error, email }: { error: Error; email: string }) {
  const isTaken = error instanceof ApiError && error.code === 'conflict'
  if (!isTaken) return <FormError>{error.message}</FormError>
  return (
    <FormError>
      There is an account with this address.
      <Group gap="md" mt={4}>
        <TextLink to="/sign-in" search={{ email }} size="sm">
          Sign in
        </TextLink>
        <TextLink to="/forgot-password" search={{ email }} size="sm">
          Set a new password
        </TextLink>
      </Group>
    </FormError>
  )
}
