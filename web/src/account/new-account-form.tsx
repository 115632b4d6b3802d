import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { emailProblem, passwordProblem } from '@portal/contract'
import type { ReactNode } from 'react'
import { fieldErrors } from '../api/index.ts'
import { focusFirstError } from '../ui/index.ts'
import { NewPasswordField } from './new-password-field.tsx'

/** Who somebody new is. */
export type NewAccount = { name: string; email: string; password: string }

type NewAccountFormProps = {
  /** What the button says. */
  action: string
  /** The address, where it is known. */
  email?: string
  onSubmit: (account: NewAccount, on: { onError: (failure: Error) => void }) => void
  isPending: boolean
  error: Error | null
  /** What is shown of an error, given the address that was typed. */
  refusal: (error: Error, email: string) => ReactNode
}

/** The form in which somebody new says who they are and chooses a password. */
export function NewAccountForm({
  action,
  email = '',
  onSubmit,
  isPending,
  error,
  refusal,
}: NewAccountFormProps) {
  const form = useForm<NewAccount>({
    mode: 'controlled',
    initialValues: { name: '', email, password: '' },
    validate: {
      name: (name) => (name.trim() ? null : 'Enter your name.'),
      email: emailProblem,
      password: passwordProblem,
    },
  })
  const onError = (failure: Error) => form.setErrors(fieldErrors(failure))
  return (
    <form
      onSubmit={form.onSubmit((values) => onSubmit(values, { onError }), focusFirstError(form))}
      noValidate
    >
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
        {error && refusal(error, form.values.email)}
        <Button type="submit" loading={isPending}>
          {action}
        </Button>
      </Stack>
    </form>
  )
}
