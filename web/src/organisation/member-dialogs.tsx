// Every dialog about a member; they are loaded together, when the first is opened.
import {
  type ActingOrganisation,
  type Member,
  type OrganisationRole,
  organisationEndpoints,
} from '@portal/contract'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ConfirmDialog, DialogForm, useChange } from '../ui/index.ts'
import { organisationReads } from './acting.ts'
import type { MemberAction } from './member-menu.tsx'
import { rolesToGive } from './rights.ts'
import { RoleField } from './role-field.tsx'

type MemberDialogsProps = { organisation: ActingOrganisation; action: MemberAction; onClose: () => void }

/** The dialog that is open. */
export function MemberDialogs({ organisation, action: { kind, member }, onClose }: MemberDialogsProps) {
  const Asked = kind === 'change-role' ? RoleDialog : RemoveDialog
  return <Asked organisation={organisation} member={member} onClose={onClose} />
}

type MemberDialogProps = { organisation: ActingOrganisation; member: Member; onClose: () => void }

function RoleDialog({ organisation, member, onClose }: MemberDialogProps) {
  const [role, setRole] = useState<OrganisationRole>(member.role)
  const { mutate, isPending, error } = useChange({
    rereads: organisationReads,
    change: (body: { role: OrganisationRole }) =>
      call(organisationEndpoints.updateMember, { params: paramsOf(organisation, member), body }),
    done: `The role of ${member.name} is changed.`,
    onDone: onClose,
  })
  return (
    <DialogForm
      title={`Role of ${member.name}`}
      action="Change role"
      isReady={role !== member.role}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate({ role })}
      onClose={onClose}
    >
      <RoleField roles={rolesToGive(organisation.role)} value={role} onChange={setRole} />
    </DialogForm>
  )
}

function RemoveDialog({ organisation, member, onClose }: MemberDialogProps) {
  const { mutate, isPending, error } = useChange({
    rereads: organisationReads,
    change: () => call(organisationEndpoints.removeMember, { params: paramsOf(organisation, member) }),
    done: `${member.name} is removed.`,
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      opened
      title={`Remove ${member.name}`}
      action="Remove"
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      They lose access to {organisation.name} at once, and the API keys that they made here stop. Their
      account stays.
    </ConfirmDialog>
  )
}

const paramsOf = ({ id }: ActingOrganisation, { userId }: Member) => ({ organisationId: id, userId })
