import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { passwordProblem, userEndpoints } from '@portal/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, call, fieldErrors, userQueries } from '../api/index.ts'
import { FormError, focusFirstError, notifyDone, Section } from '../ui/index.ts'
import { NewPasswordField } from './new-password-field.tsx'

type PasswordChangeProps = { hasPassword: boolean; email: string }

/** A new password with the present one; whoever came by Google or GitHub sets their first. */
export function PasswordChange({ hasPassword, email }: PasswordChangeProps) {
  const { form, mutate, isPending, error } = usePasswordChange(hasPassword)
  return (
    <Section
      title={hasPassword ? 'Change the password' : 'Set a password'}
      description="Every other device is signed out."
    >
      <form onSubmit={form.onSubmit((values) => mutate(values), focusFirstError(form))} noValidate>
        <Stack maw="26rem">
          {/* For password managers: whose password it is. */}
          <input type="email" autoComplete="username" value={email} readOnly hidden />
          {hasPassword && (
            <PasswordInput
              label="Current password"
              required
              autoComplete="current-password"
              {...form.getInputProps('currentPassword')}
            />
          )}
          <NewPasswordField
            label="New password"
            {...form.getInputProps('newPassword')}
            value={form.values.newPassword}
          />
          {error && <FormError>{problemOf(error)}</FormError>}
          <Group>
            <Button type="submit" variant="default" loading={isPending}>
              {hasPassword ? 'Change the password' : 'Set the password'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}

const problemOf = (error: Error): string =>
  error instanceof ApiError && error.code === 'invalid_credentials'
    ? 'The current password is wrong.'
    : error.message

function usePasswordChange(hasPassword: boolean) {
  const client = useQueryClient()
  const form = useForm({
    mode: 'controlled',
    initialValues: { currentPassword: '', newPassword: '' },
    validate: {
      currentPassword: (given) => (given || !hasPassword ? null : 'Enter your current password.'),
      newPassword: passwordProblem,
    },
  })
  const change = useMutation({
    mutationFn: ({ currentPassword, newPassword }: typeof form.values) =>
      call(userEndpoints.changePassword, {
        body: { newPassword, ...(hasPassword && { currentPassword }) },
      }),
    onSuccess: () => {
      form.reset()
      notifyDone('Your password is changed. Every other device is signed out.')
      return client.invalidateQueries({ queryKey: userQueries.all })
    },
    onError: (failure) => form.setErrors(fieldErrors(failure)),
  })
  return { form, ...change }
}
