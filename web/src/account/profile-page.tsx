import { Alert, Button, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { emailProblem, type Profile, type UpdateProfileBody, userEndpoints } from '@portal/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, fieldErrors, sessionQuery, userQueries } from '../api/index.ts'
import { FormError, focusFirstError, Loaded, notifyDone, Section } from '../ui/index.ts'
import { changesOf, formOfProfile } from './profile-form-values.ts'
import { YourData } from './your-data.tsx'

/** Name, address and what else somebody tells about themselves. */
export function ProfilePage() {
  const profile = useQuery(userQueries.profile)
  return (
    <Loaded query={profile} what="your profile">
      {(data) => (
        <Stack gap="lg">
          <ProfileForm key={data.id} profile={data} />
          <YourData profile={data} />
        </Stack>
      )}
    </Loaded>
  )
}

function ProfileForm({ profile }: { profile: Profile }) {
  const { form, mutate, isPending, error } = useProfileChange(profile)
  return (
    <Section title="Profile" description="Who you are on this portal.">
      <form
        onSubmit={form.onSubmit((values) => mutate(changesOf(profile, values)), focusFirstError(form))}
        noValidate
      >
        <Stack>
          {profile.pendingEmail && (
            <Alert variant="light" role="status">
              {profile.pendingEmail} is not confirmed yet: follow the link in the mail sent there. Until then{' '}
              {profile.email} counts.
            </Alert>
          )}
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
            description="A new address takes effect once you follow the link that we mail to it."
            {...form.getInputProps('email')}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label="First name"
              autoComplete="given-name"
              maxLength={100}
              {...form.getInputProps('firstName')}
            />
            <TextInput
              label="Last name"
              autoComplete="family-name"
              maxLength={100}
              {...form.getInputProps('lastName')}
            />
            <TextInput
              label="Company"
              autoComplete="organization"
              maxLength={200}
              {...form.getInputProps('company')}
            />
            <TextInput label="Phone" type="tel" autoComplete="tel" {...form.getInputProps('phone')} />
          </SimpleGrid>
          <TimezoneField form={form} />
          {error && <FormError>{error.message}</FormError>}
          <Group>
            <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}

function useProfileChange(profile: Profile) {
  const client = useQueryClient()
  const form = useForm({
    mode: 'controlled',
    initialValues: formOfProfile(profile),
    validate: { name: (name) => (name.trim() ? null : 'Enter your name.'), email: emailProblem },
  })
  const change = useMutation({
    mutationFn: (body: UpdateProfileBody) => call(userEndpoints.updateProfile, { body }),
    onSuccess: (saved) => {
      client.setQueryData(userQueries.profile.queryKey, saved)
      form.setInitialValues(formOfProfile(saved))
      form.reset()
      notifyDone('Your profile is saved.')
      return client.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
    onError: (failure) => form.setErrors(fieldErrors(failure)),
  })
  return { form, ...change }
}

/** Every time zone, listed once: there are hundreds. */
const timezones = [{ value: '', label: 'Not set' }, ...Intl.supportedValuesOf('timeZone')]
const here = Intl.DateTimeFormat().resolvedOptions().timeZone

function TimezoneField({ form }: { form: ReturnType<typeof useProfileChange>['form'] }) {
  return (
    <NativeSelect
      label="Time zone"
      description={`Your usage is counted by its days and months. This browser is in ${here}.`}
      data={timezones}
      {...form.getInputProps('timezone')}
    />
  )
}
