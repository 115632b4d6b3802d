import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type ActingOrganisation, isManagerRole, type Member, organisationEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { call, fieldErrors, organisationQueries } from '../api/index.ts'
import { FormError, Loaded, Section, useChange } from '../ui/index.ts'
import { organisationReads, useActing } from './acting.ts'
import { Deletion } from './deletion.tsx'
import { HandOver } from './hand-over.tsx'
import { Leaving } from './leaving.tsx'
import { mayDispose } from './rights.ts'
import { roleWords } from './role-words.ts'

/** The organisation itself: its name, and the ways to leave it, hand it over and end it. */
export function OrganisationPage() {
  const acting = useActing()
  if (!acting) return null
  const { organisation, userId } = acting
  return (
    <Stack gap="lg">
      {isManagerRole(organisation.role) ? (
        <Rename key={organisation.name} organisation={organisation} />
      ) : (
        <YourRole organisation={organisation} />
      )}
      <Endings organisation={organisation} userId={userId} />
    </Stack>
  )
}

function Rename({ organisation: { id, name } }: { organisation: ActingOrganisation }) {
  const form = useForm({
    mode: 'controlled',
    initialValues: { name },
    validate: { name: (given) => (given.trim() ? null : 'Enter a name.') },
  })
  const { mutate, isPending, error } = useChange({
    rereads: organisationReads,
    change: (body: { name: string }) =>
      call(organisationEndpoints.update, { params: { organisationId: id }, body }),
    done: 'The name is saved.',
  })
  return (
    <Section title="Name" description="Members and those you invite see it.">
      <form onSubmit={form.onSubmit((values) => mutate(values))} noValidate>
        <Stack maw="26rem">
          <TextInput
            label="Name of the organisation"
            required
            maxLength={100}
            {...form.getInputProps('name')}
            error={form.errors.name ?? fieldErrors(error).name}
          />
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

function YourRole({ organisation: { role } }: { organisation: ActingOrganisation }) {
  const { label, may } = roleWords[role]
  return (
    <Section title={`Your role: ${label}`} description={may}>
      <Text size="sm" c="dimmed">
        Owners and admins rename the organisation and invite people. Ask one of them under Members.
      </Text>
    </Section>
  )
}

function Endings({ organisation, userId }: { organisation: ActingOrganisation; userId: string }) {
  const members = useQuery(organisationQueries.members(organisation.id))
  return (
    <Loaded query={members} what="the members" rows={2}>
      {(all) => <Ends organisation={organisation} others={all.filter((each) => each.userId !== userId)} />}
    </Loaded>
  )
}

function Ends({ organisation, others }: { organisation: ActingOrganisation; others: readonly Member[] }) {
  const isLastOwner = organisation.role === 'owner' && !others.some(({ role }) => role === 'owner')
  return (
    <>
      {mayDispose(organisation.role) && <HandOver organisation={organisation} others={others} />}
      <Leaving organisation={organisation} isLastOwner={isLastOwner} />
      {mayDispose(organisation.role) && <Deletion organisation={organisation} />}
    </>
  )
}
