import { Button, Divider, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { authEndpoints, emailProblem, type OAuthProvider, type SecondFactor } from '@portal/contract'
import { IconBrandGithub, IconBrandGoogle } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ApiError, call, waysQuery } from '../api/index.ts'
import { EntrancePage, FormError, focusFirstError, TextLink } from '../ui/index.ts'
import { CheckYourMail } from './check-your-mail.tsx'
import { providerNames } from './oauth-outcome.ts'
import { PasskeyButton } from './passkey-button.tsx'

type PasswordStepProps = {
  email: string
  next: string
  /** Why another way in did not work. */
  problem: string | null
  onSignedIn: () => Promise<void>
  onSecondFactor: (factors: readonly SecondFactor[]) => void
}

/** The first proof: e-mail and password, or an account elsewhere. */
export function PasswordStep({ email, next, problem, onSignedIn, onSecondFactor }: PasswordStepProps) {
  const { form, mutate, isPending, error } = usePasswordSignIn({ email, onSignedIn, onSecondFactor })
  if (error instanceof ApiError && error.code === 'email_not_verified') {
    return <CheckYourMail email={form.values.email} />
  }
  return (
    <EntrancePage title="Sign in">
      {problem && <FormError>{problem}</FormError>}
      <OtherWays next={next} onSignedIn={onSignedIn} />
      <form onSubmit={form.onSubmit((values) => mutate(values), focusFirstError(form))} noValidate>
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            required
            autoComplete="username"
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            required
            autoComplete="current-password"
            {...form.getInputProps('password')}
          />
          {error && <FormError>{error.message}</FormError>}
          <Button type="submit" loading={isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
      <Group justify="space-between" gap="xs">
        <TextLink to="/forgot-password" search={{ email: form.values.email }} size="sm">
          Forgot your password?
        </TextLink>
        <TextLink to="/sign-up" search={next === '/' ? {} : { next }} size="sm">
          Create an account
        </TextLink>
      </Group>
    </EntrancePage>
  )
}

function usePasswordSignIn({
  email,
  onSignedIn,
  onSecondFactor,
}: Omit<PasswordStepProps, 'next' | 'problem'>) {
  const form = useForm({
    mode: 'controlled',
    initialValues: { email, password: '' },
    validate: {
      email: emailProblem,
      password: (password) => (password ? null : 'Enter your password.'),
    },
  })
  const signIn = useMutation({
    mutationFn: (body: typeof form.values) => call(authEndpoints.signIn, { body }),
    onSuccess: (answer) =>
      'twoFactorMethods' in answer ? onSecondFactor(answer.twoFactorMethods) : onSignedIn(),
  })
  return { form, ...signIn }
}

const providerIcons = { google: IconBrandGoogle, github: IconBrandGithub }

function OtherWays({ next, onSignedIn }: Pick<PasswordStepProps, 'next' | 'onSignedIn'>) {
  const { data: ways } = useQuery(waysQuery)
  const { mutate, isPending, error } = useMutation({
    mutationFn: (provider: OAuthProvider) =>
      call(authEndpoints.signInSocial, { body: { provider, callbackURL: next } }),
    onSuccess: ({ url }) => location.assign(url),
  })
  return (
    <Stack gap="sm">
      <PasskeyButton label="Sign in with a passkey" onSignedIn={onSignedIn} />
      {ways?.providers.map((provider) => {
        const Icon = providerIcons[provider]
        return (
          <Button
            key={provider}
            variant="default"
            leftSection={<Icon size={18} aria-hidden />}
            disabled={isPending}
            onClick={() => mutate(provider)}
          >
            Continue with {providerNames[provider]}
          </Button>
        )
      })}
      {error && <FormError>{error.message}</FormError>}
      <Divider label="or with your password" />
    </Stack>
  )
}
