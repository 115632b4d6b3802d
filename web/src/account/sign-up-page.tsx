import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { authEndpoints, passwordProblem } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ApiError, call, fieldErrors } from '../api/index.ts'
import { FormError, TextLink } from '../ui/index.ts'
import { CheckYourMail } from './check-your-mail.tsx'
import { emailProblem } from './email-problem.ts'
import { EntrancePage } from './entrance-page.tsx'
import { NewPasswordField } from './new-password-field.tsx'

/** Makes an account; its address is confirmed by mail. */
export function SignUpPage() {
  const { next } = useSearch({ from: '/entrance/sign-up' })
  const { form, mutate, isPending, error, data } = useSignUp()
  if (data?.requiresVerification) return <CheckYourMail email={data.email} />
  return (
    <EntrancePage title="Create your account" description="For you, on this portal.">
      <form onSubmit={form.onSubmit((values) => mutate(values))} noValidate>
        <Stack>
          <TextInput
            label="Name"
            required
            autoComplete="name"
            maxLength={100}
            {...form.getInputProps('name')}
          />
          <TextInput
            label="E-mail"
            type="email"
            required
            autoComplete="email"
            {...form.getInputProps('email')}
          />
          <NewPasswordField {...form.getInputProps('password')} value={form.values.password} />
          {error && <Refused error={error} email={form.values.email} />}
          <Button type="submit" loading={isPending}>
            Create account
          </Button>
        </Stack>
      </form>
      <Text size="sm" c="dimmed">
        You have one already?{' '}
        <TextLink to="/sign-in" search={next ? { next } : {}}>
          Sign in
        </TextLink>
      </Text>
    </EntrancePage>
  )
}

function useSignUp() {
  const form = useForm({
    mode: 'controlled',
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (name) => (name.trim() ? null : 'Write your name.'),
      email: emailProblem,
      password: passwordProblem,
    },
  })
  const registration = useMutation({
    mutationFn: (body: typeof form.values) => call(authEndpoints.register, { body }),
    onError: (failure) => form.setErrors(fieldErrors(failure)),
  })
  return { form, ...registration }
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
