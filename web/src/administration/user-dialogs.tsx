// Every dialog about somebody's account.
import { Text, Textarea } from '@mantine/core'
import { type AdminUserDetail, administrationEndpoints as endpoints } from '@portal/contract'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ConfirmDialog, DialogForm, useChange } from '../ui/index.ts'
import { adminQueries } from './queries.ts'

type Plain =
  | 'send-password-reset'
  | 'reset-two-factor'
  | 'make-administrator'
  | 'make-user'
  | 'reinstate'
  | 'schedule-deletion'
  | 'cancel-deletion'

/** What needs no more said than who. */
export type SimpleAction = { kind: Plain } | { kind: 'impersonate' } | { kind: 'suspend' }

/** What is being done to somebody. */
export type UserAction =
  | SimpleAction
  | { kind: 'end-sessions'; sessionId?: string }
  | { kind: 'revoke-key'; keyId: string; keyName: string }

type DialogProps<Action = UserAction> = { user: AdminUserDetail; action: Action; onClose: () => void }

/** The dialog that is open. */
export function UserDialogs({ user, action, onClose }: DialogProps) {
  const shared = { user, onClose }
  if (action.kind === 'impersonate') return <ImpersonateDialog {...shared} />
  if (action.kind === 'suspend') return <SuspendDialog {...shared} />
  if (action.kind === 'revoke-key') return <RevokeKeyDialog {...shared} action={action} />
  return <PlainDialog {...shared} action={action} />
}

type Words = { title: string; action: string; done: string; about: string }

const words = (name: string): Record<Plain | 'end-sessions', Words> => ({
  'send-password-reset': {
    ...{ title: `Send ${name} a link`, action: 'Send the link', done: 'The link is on its way.' },
    about: 'They get a mail with a link to set a new password. It works once, for an hour.',
  },
  'reset-two-factor': {
    ...{ title: `Reset two-factor sign-in of ${name}`, action: 'Reset', done: 'Two-factor sign-in is off.' },
    about:
      'Make sure that it is they who ask. Their second factor and backup codes are gone, they are signed out everywhere, and a mail tells them.',
  },
  'make-administrator': {
    ...{ title: `Make ${name} an administrator`, action: 'Make administrator' },
    done: `${name} is an administrator.`,
    about: 'They see and do everything here, with every account.',
  },
  'make-user': {
    ...{ title: `Take administration from ${name}`, action: 'Take away', done: `${name} is none any more.` },
    about: 'They see nothing of administration from the next moment on.',
  },
  reinstate: {
    ...{ title: `Let ${name} in again`, action: 'Let in', done: `${name} can sign in again.` },
    about: 'They can sign in, and their API keys work again.',
  },
  'schedule-deletion': {
    ...{ title: `Delete ${name}`, action: 'Delete in 30 days', done: 'The account will be deleted.' },
    about:
      'In 30 days the account and everything that is theirs alone is deleted for good. Until then it works, and they, or you, can keep it. A mail tells them.',
  },
  'cancel-deletion': {
    ...{ title: `Keep the account of ${name}`, action: 'Keep the account', done: 'The account stays.' },
    about: 'It will not be deleted.',
  },
  'end-sessions': {
    ...{ title: `Sign ${name} out`, action: 'Sign out', done: `${name} is signed out.` },
    about: 'What they have not sent is lost. They can sign in again.',
  },
})

function changeOf(userId: string, action: PlainAction) {
  const params = { userId }
  switch (action.kind) {
    case 'send-password-reset':
      return call(endpoints.sendPasswordReset, { params, body: {} })
    case 'reset-two-factor':
      return call(endpoints.resetTwoFactor, { params, body: {} })
    case 'make-administrator':
      return call(endpoints.setRole, { params, body: { role: 'admin' } })
    case 'make-user':
      return call(endpoints.setRole, { params, body: { role: 'user' } })
    case 'schedule-deletion':
      return call(endpoints.scheduleDeletion, { params, body: {} })
    case 'cancel-deletion':
      return call(endpoints.cancelDeletion, { params, body: {} })
    case 'end-sessions':
      return call(endpoints.endUserSessions, {
        params,
        body: action.sessionId ? { sessionId: action.sessionId } : {},
      })
    default:
      return call(endpoints.reinstateUser, { params, body: {} })
  }
}

type PlainAction = { kind: Plain } | { kind: 'end-sessions'; sessionId?: string }

function PlainDialog({ user, action, onClose }: DialogProps<PlainAction>) {
  const { title, action: label, done, about } = words(user.name)[action.kind]
  const { mutate, isPending, error } = useChange({
    rereads: [adminQueries.all],
    change: () => changeOf(user.id, action),
    done,
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      opened
      title={title}
      action={label}
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
      {...(action.kind === 'schedule-deletion' && { typed: user.email })}
    >
      {about}
    </ConfirmDialog>
  )
}

type ReasonDialogProps = {
  title: string
  label: string
  about: string
  isBusy: boolean
  error: Error | null
  onReason: (reason: string) => void
  onClose: () => void
  /** Nothing is taken away by it. */
  isHarmless?: boolean
}

/** Asks why, which is kept in the audit log. */
export function ReasonDialog({ title, label, about, onReason, isHarmless, ...rest }: ReasonDialogProps) {
  const [reason, setReason] = useState('')
  return (
    <DialogForm
      title={title}
      action={label}
      isReady={reason.trim() !== ''}
      {...(!isHarmless && { color: 'red' })}
      {...rest}
      onSubmit={() => onReason(reason.trim())}
    >
      <Text size="sm">{about}</Text>
      <Textarea
        label="Reason"
        maxLength={300}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </DialogForm>
  )
}

function SuspendDialog({ user, onClose }: Omit<DialogProps, 'action'>) {
  const { mutate, isPending, error } = useChange({
    rereads: [adminQueries.all],
    change: (reason: string) =>
      call(endpoints.suspendUser, { params: { userId: user.id }, body: { reason } }),
    done: `${user.name} is suspended.`,
    onDone: onClose,
  })
  return (
    <ReasonDialog
      title={`Suspend ${user.name}`}
      label="Suspend"
      about="They are signed out everywhere, cannot sign in, and their API keys are refused, until you let them in again. They read the reason when they try."
      isBusy={isPending}
      error={error}
      onReason={mutate}
      onClose={onClose}
    />
  )
}

function RevokeKeyDialog({
  user,
  action,
  onClose,
}: DialogProps<Extract<UserAction, { kind: 'revoke-key' }>>) {
  const { mutate, isPending, error } = useChange({
    rereads: [adminQueries.all],
    change: (reason: string) =>
      call(endpoints.revokeUserKey, { params: { userId: user.id }, body: { keyId: action.keyId, reason } }),
    done: `${action.keyName} is revoked.`,
    onDone: onClose,
  })
  return (
    <ReasonDialog
      title={`Revoke ${action.keyName}`}
      label="Revoke"
      about="Programs that use it are refused at once. The reason is shown beside the key."
      isBusy={isPending}
      error={error}
      onReason={mutate}
      onClose={onClose}
    />
  )
}

function ImpersonateDialog({ user, onClose }: Omit<DialogProps, 'action'>) {
  const { mutate, isPending, error } = useChange({
    rereads: [],
    change: (reason: string) =>
      call(endpoints.impersonate, { params: { userId: user.id }, body: { reason } }),
    // Loaded anew, so that nothing of one's own stays.
    onDone: () => location.assign('/'),
  })
  return (
    <ReasonDialog
      title={`Sign in as ${user.name}`}
      label="Sign in as them"
      about="You see and do what they can for an hour at most; a banner says so on every page. Begin and end are in your log and in that of their organisation. Their password, ways in and API keys stay theirs."
      isBusy={isPending}
      error={error}
      onReason={mutate}
      onClose={onClose}
      isHarmless
    />
  )
}
