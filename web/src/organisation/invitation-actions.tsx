import { ActionIcon, Menu } from '@mantine/core'
import { type ActingOrganisation, type Invitation, invitationEndpoints } from '@portal/contract'
import { IconDots, IconMailForward, IconMailOff } from '@tabler/icons-react'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ConfirmDialog, notifyFailed, useChange } from '../ui/index.ts'
import { organisationReads } from './acting.ts'

type InvitationActionsProps = { organisation: ActingOrganisation; invitation: Invitation }

/** What can be done with one invitation. */
export function InvitationActions({ organisation, invitation: { id, email } }: InvitationActionsProps) {
  const [isAsking, setAsking] = useState(false)
  const params = { organisationId: organisation.id, invitationId: id }
  const resending = useChange({
    rereads: organisationReads,
    change: () => call(invitationEndpoints.resend, { params }),
    done: `A new link is on its way to ${email}. The one before no longer works.`,
  })
  const withdrawal = useChange({
    rereads: organisationReads,
    change: () => call(invitationEndpoints.withdraw, { params }),
    done: 'The invitation is withdrawn.',
    onDone: () => setAsking(false),
  })
  return (
    <>
      <Menu width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions for ${email}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconMailForward size={16} aria-hidden />}
            onClick={() => resending.mutate(undefined, { onError: notifyFailed })}
          >
            Send again
          </Menu.Item>
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconMailOff size={16} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            Withdraw
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={isAsking}
        title={`Withdraw the invitation of ${email}`}
        action="Withdraw"
        isBusy={withdrawal.isPending}
        error={withdrawal.error}
        onConfirm={() => withdrawal.mutate()}
        onClose={() => setAsking(false)}
      >
        The link in the mail stops working. You can invite the address again.
      </ConfirmDialog>
    </>
  )
}
