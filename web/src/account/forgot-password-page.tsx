import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { authEndpoints, emailProblem } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { call } from '../api/index.ts'
import { EntrancePage, FormError, focusFirstError, TextLink } from '../ui/index.ts'
import { MailboxLink } from './check-your-mail.tsx'

/** Asks for a link to set a new password. */
export function ForgotPasswordPage() {
  const { email = '' } = useSearch({ from: '/entrance/forgot-password' })
  const form = useForm({
    mode: 'controlled',
    initialValues: { email },
    validate: { email: emailProblem },
  })
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: (body: { email: string }) => call(authEndpoints.forgotPassword, { body }),
  })
  if (isSuccess) {
    return (
      <EntrancePage
        title="Check your mail"
        description="If there is an account with this address, a link to set a new password is on its way. It works for an hour."
      >
        <MailboxLink />
        <TextLink to="/sign-in" search={{ email: form.values.email }} size="sm">
          Back to signing in
        </TextLink>
      </EntrancePage>
    )
  }
  return (
    <EntrancePage title="Set a new password" description="We mail you a link to do it.">
      <form onSubmit={form.onSubmit((values) => mutate(values), focusFirstError(form))} noValidate>
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            required
            autoComplete="email"
            {...form.getInputProps('email')}
          />
          {error && <FormError>{error.message}</FormError>}
          <Button type="submit" loading={isPending}>
            Mail me a link
          </Button>
        </Stack>
      </form>
      <TextLink to="/sign-in" size="sm">
        Back to signing in
      </TextLink>
    </EntrancePage>
  )
}
