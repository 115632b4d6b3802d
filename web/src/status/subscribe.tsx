import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { emailProblem, statusEndpoints } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { call } from '../api/index.ts'
import { FormError, focusFirstError } from '../ui/index.ts'
import classes from './status.module.css'

/** Mails about incidents, and the same for programs. */
export function Subscribe() {
  const form = useForm({
    mode: 'controlled',
    initialValues: { email: '' },
    validate: { email: emailProblem },
  })
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: (body: { email: string }) => call(statusEndpoints.subscribe, { body }),
    onSuccess: () => form.reset(),
  })
  return (
    <Stack gap="md">
      <form onSubmit={form.onSubmit((values) => mutate(values), focusFirstError(form))} noValidate>
        <Group align="flex-start" gap="sm">
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="email"
            style={{ flex: '1 1 14rem', maxWidth: '24rem' }}
            {...form.getInputProps('email')}
          />
          <Button type="submit" variant="default" loading={isPending} mt={{ base: 0, xs: 27 }}>
            Mail me
          </Button>
        </Group>
      </form>
      {error && <FormError>{error.message}</FormError>}
      <Text size="sm" role="status">
        {isSuccess &&
          'If this address is not subscribed yet, a mail with a link is on its way. Follow it to get the others.'}
      </Text>
      <div className={classes.foot}>
        <Anchor href="/status.rss" size="sm">
          RSS feed
        </Anchor>
        <Anchor href="/api/status" size="sm">
          JSON for programs
        </Anchor>
      </div>
    </Stack>
  )
}
