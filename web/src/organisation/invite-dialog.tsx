import { Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import {
  type ActingOrganisation,
  emailProblem,
  type InvitedRole,
  invitationEndpoints,
} from '@portal/contract'
import { call, fieldErrors } from '../api/index.ts'
import { DialogForm, focusFirstError, useChange } from '../ui/index.ts'
import { organisationReads } from './acting.ts'
import { RoleField } from './role-field.tsx'
import { invitedRoles } from './role-words.ts'

type InviteDialogProps = { organisation: ActingOrganisation; onClose: () => void }
type Invited = { email: string; role: InvitedRole }

/** Invites an address, with a role. */
export function InviteDialog({ organisation, onClose }: InviteDialogProps) {
  const { form, mutate, isPending, error } = useInvitation(organisation, onClose)
  const onError = (failure: Error) => form.setErrors(fieldErrors(failure))
  return (
    <DialogForm
      title={`Invite to ${organisation.name}`}
      action="Send invitation"
      isBusy={isPending}
      error={error}
      onSubmit={form.onSubmit((values) => mutate(values, { onError }), focusFirstError(form))}
      onClose={onClose}
    >
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
    </DialogForm>
  )
}

function useInvitation({ id }: ActingOrganisation, onDone: () => void) {
  const form = useForm<Invited>({
    mode: 'controlled',
    initialValues: { email: '', role: 'member' },
    validate: {
      email: emailProblem,
    },
  })
  const invitation = useChange({
    rereads: organisationReads,
    change: (body: Invited) => call(invitationEndpoints.create, { params: { organisationId: id }, body }),
    done: 'The invitation is on its way.',
    onDone,
  })
  return { form, ...invitation }
}
