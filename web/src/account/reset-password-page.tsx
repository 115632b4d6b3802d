import { Button, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { authEndpoints, passwordProblem } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { call, fieldErrors } from '../api/index.ts'
import { ButtonLink, EntrancePage, FormError, focusFirstError, TextLink } from '../ui/index.ts'
import { NewPasswordField } from './new-password-field.tsx'

/** Where the link in the mail leads: a new password, and every device is signed out. */
export function ResetPasswordPage() {
  const { token = '' } = useSearch({ from: '/entrance/reset-password' })
  const form = useForm({
    mode: 'controlled',
    initialValues: { password: '' },
    validate: { password: passwordProblem },
  })
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: ({ password }: { password: string }) =>
      call(authEndpoints.resetPassword, { body: { token, password } }),
    onError: (failure) => form.setErrors(fieldErrors(failure)),
  })
  if (isSuccess) {
    return (
      <EntrancePage title="Your password is set" description="Every device was signed out. Sign in with it.">
        <ButtonLink to="/sign-in">Sign in</ButtonLink>
      </EntrancePage>
    )
  }
  return (
    <EntrancePage title="Choose a new password">
      <form onSubmit={form.onSubmit((values) => mutate(values), focusFirstError(form))} noValidate>
        <Stack>
          <NewPasswordField {...form.getInputProps('password')} value={form.values.password} />
          {(error || !token) && (
            <FormError>
              {error?.message ?? 'This link is incomplete. Copy all of it from the mail.'}
            </FormError>
          )}
          <Button type="submit" loading={isPending} disabled={!token}>
            Set the password
          </Button>
        </Stack>
      </form>
      <TextLink to="/forgot-password" size="sm">
        Ask for a new link
      </TextLink>
    </EntrancePage>
  )
}
