// Every dialog about passkeys; they are loaded together, when the first is opened.
import { PasswordInput, Text, TextInput } from '@mantine/core'
import { type Passkey, passkeyEndpoints } from '@portal/contract'
import { useState } from 'react'
import { call, userQueries } from '../api/index.ts'
import { DialogForm, deviceName, useChange } from '../ui/index.ts'
import { addPasskey } from './passkey-ceremony.ts'

/** What is being done to a passkey. */
export type PasskeyAction = { kind: 'add' } | { kind: 'rename' | 'remove'; passkey: Passkey }

type PasskeyDialogsProps = { action: PasskeyAction; hasPassword: boolean; onClose: () => void }

/** The dialog that is open. */
export function PasskeyDialogs({ action, hasPassword, onClose }: PasskeyDialogsProps) {
  if (action.kind === 'add') return <Add hasPassword={hasPassword} onClose={onClose} />
  if (action.kind === 'rename') return <Rename passkey={action.passkey} onClose={onClose} />
  return <Remove passkey={action.passkey} hasPassword={hasPassword} onClose={onClose} />
}

function Add({ hasPassword, onClose }: { hasPassword: boolean; onClose: () => void }) {
  const [name, setName] = useState(() => deviceName(navigator.userAgent))
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = useChange({
    rereads: [userQueries.all],
    change: () => addPasskey({ name: name.trim(), password: hasPassword ? password : null }),
    done: 'The passkey is added.',
    onDone: onClose,
  })
  return (
    <DialogForm
      title="Add a passkey"
      action="Continue"
      isReady={Boolean(name.trim() && (password || !hasPassword))}
      {...{ isBusy: isPending, error, onSubmit: () => mutate(), onClose }}
    >
      <Text size="sm">Your browser then asks where to keep it. You have five minutes.</Text>
      <NameField value={name} onChange={setName} />
      {hasPassword && <PasswordField value={password} onChange={setPassword} />}
    </DialogForm>
  )
}

function Rename({ passkey: { id, name: before }, onClose }: { passkey: Passkey; onClose: () => void }) {
  const [name, setName] = useState(before)
  const { mutate, isPending, error } = useChange({
    rereads: [userQueries.all],
    change: () => call(passkeyEndpoints.update, { body: { id, name: name.trim() } }),
    done: 'The passkey has its new name.',
    onDone: onClose,
  })
  return (
    <DialogForm
      title="Rename the passkey"
      action="Save"
      isReady={name.trim() !== '' && name.trim() !== before}
      {...{ isBusy: isPending, error, onSubmit: () => mutate(), onClose }}
    >
      <NameField value={name} onChange={setName} />
    </DialogForm>
  )
}

type RemoveProps = { passkey: Passkey; hasPassword: boolean; onClose: () => void }

function Remove({ passkey: { id, name }, hasPassword, onClose }: RemoveProps) {
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = useChange({
    rereads: [userQueries.all],
    change: () => call(passkeyEndpoints.delete, { body: { id, ...(hasPassword && { password }) } }),
    done: 'The passkey is removed. Every other device is signed out.',
    onDone: onClose,
  })
  return (
    <DialogForm
      title={`Remove ${name}`}
      action="Remove"
      isReady={!hasPassword || password !== ''}
      {...{ isBusy: isPending, error, onSubmit: () => mutate(), onClose }}
    >
      <Text size="sm">
        It no longer signs you in, and every other device is signed out. The device may still offer it: remove
        it there, too.
      </Text>
      {hasPassword && <PasswordField value={password} onChange={setPassword} />}
    </DialogForm>
  )
}

type FieldProps = { value: string; onChange: (value: string) => void }

const NameField = ({ value, onChange }: FieldProps) => (
  <TextInput
    label="Name"
    description="So that you know it again, such as the device that it is on."
    required
    maxLength={100}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
    data-autofocus
  />
)

const PasswordField = ({ value, onChange }: FieldProps) => (
  <PasswordInput
    label="Password"
    autoComplete="current-password"
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)
