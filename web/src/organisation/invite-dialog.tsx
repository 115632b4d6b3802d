import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type ActingOrganisation, Email, type InvitedRole, invitationEndpoints } from '@portal/contract'
import { useEffect } from 'react'
import { call, fieldErrors } from '../api/index.ts'
import { Dialog, FormError } from '../ui/index.ts'
import { useOrganisationChange } from './organisation-change.ts'
import { RoleField } from './role-field.tsx'
import { invitedRoles } from './role-words.ts'

type InviteDialogProps = { organisation: ActingOrganisation; onClose: () => void }
type Invited = { email: string; role: InvitedRole }

/** Invites an address, with a role. */
export function InviteDialog({ organisation, onClose }: InviteDialogProps) {
  const { form, mutate, isPending, error } = useInvitation(organisation, onClose)
  return (
    <Dialog opened onClose={onClose} title={`Invite to ${organisation.name}`}>
      <form onSubmit={form.onSubmit((values) => mutate(values))} noValidate>
        <Stack>
          <Text size="sm">
            They get a mail with a link, and accept it signed in with this address. It works once, for 7 days.
          </Text>
          <TextInput
            label="E-mail"
            type="email"
            required
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('email')}
          />
          <RoleField
            roles={invitedRoles}
            value={form.values.role}
            onChange={(role) => form.setFieldValue('role', role)}
          />
          {error && <FormError>{error.message}</FormError>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending}>
              Send invitation
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

function useInvitation({ id }: ActingOrganisation, onDone: () => void) {
  const form = useForm<Invited>({
    mode: 'controlled',
    initialValues: { email: '', role: 'member' },
    validate: {
      email: (email) =>
        Email.safeParse(email).success ? null : 'Write an e-mail address such as you@example.com.',
    },
  })
  const invitation = useOrganisationChange({
    change: (body: Invited) => call(invitationEndpoints.create, { params: { organisationId: id }, body }),
    done: 'The invitation is on its way.',
    onDone,
  })
  const { setErrors } = form
  useEffect(() => setErrors(fieldErrors(invitation.error)), [invitation.error, setErrors])
  return { form, ...invitation }
}
