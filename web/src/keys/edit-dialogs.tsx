import { type ApiKey, type ApiKeyWithSecret, keyEndpoints } from '@portal/contract'
import { call } from '../api/index.ts'
import { Dialog, dayText } from '../ui/index.ts'
import { useKeyChange } from './key-changes.ts'
import { KeyForm } from './key-form.tsx'
import { bodyOfForm, emptyKeyForm, formOfKey, type KeyFormValues } from './key-form-values.ts'

type CreateDialogProps = {
  opened: boolean
  onCreated: (key: ApiKeyWithSecret) => void
  onClose: () => void
}

/** Makes a key. */
export function CreateKeyDialog({ opened, onCreated, onClose }: CreateDialogProps) {
  const { mutate, isPending, error, reset } = useKeyChange({
    change: (values: KeyFormValues) => call(keyEndpoints.create, { body: bodyOfForm(values) }),
    onDone: onCreated,
  })
  const close = () => {
    reset()
    onClose()
  }
  return (
    <Dialog opened={opened} onClose={close} title="Create an API key" size="lg" closeOnClickOutside={false}>
      <KeyForm
        initial={emptyKeyForm}
        currentExpiry={null}
        action="Create key"
        isBusy={isPending}
        error={error}
        onSubmit={mutate}
        onCancel={close}
      />
    </Dialog>
  )
}

/** Changes a key's settings. */
export function EditKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { mutate, isPending, error } = useKeyChange({
    change: (values: KeyFormValues) =>
      call(keyEndpoints.update, { params: { keyId: apiKey.id }, body: bodyOfForm(values) }),
    done: 'The key is saved.',
    onDone: onClose,
  })
  return (
    <Dialog opened onClose={onClose} title="Edit the API key" size="lg" closeOnClickOutside={false}>
      <KeyForm
        initial={formOfKey(apiKey)}
        currentExpiry={apiKey.expiresAt ? dayText(apiKey.expiresAt) : 'never'}
        action="Save"
        isBusy={isPending}
        error={error}
        onSubmit={mutate}
        onCancel={onClose}
      />
    </Dialog>
  )
}
