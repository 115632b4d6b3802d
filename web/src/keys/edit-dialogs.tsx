import { type ApiKey, type ApiKeyWithSecret, keyEndpoints } from '@portal/contract'
import { call, keyQueries } from '../api/index.ts'
import { Dialog, dayText, useChange } from '../ui/index.ts'
import { KeyForm } from './key-form.tsx'
import { bodyOfForm, emptyKeyForm, formOfKey, type KeyFormValues } from './key-form-values.ts'

type CreateDialogProps = {
  onCreated: (key: ApiKeyWithSecret) => void
  onClose: () => void
}

/** Makes a key. */
export function CreateKeyDialog({ onCreated, onClose }: CreateDialogProps) {
  const { mutate, isPending, error } = useChange({
    rereads: [keyQueries.all],
    change: (values: KeyFormValues) => call(keyEndpoints.create, { body: bodyOfForm(values) }),
    onDone: onCreated,
  })
  return (
    <Dialog opened onClose={onClose} title="Create an API key" size="lg" closeOnClickOutside={false}>
      <KeyForm
        initial={emptyKeyForm}
        currentExpiry={null}
        action="Create key"
        isBusy={isPending}
        error={error}
        onSubmit={mutate}
        onClose={onClose}
      />
    </Dialog>
  )
}

/** Changes a key's settings. */
export function EditKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { mutate, isPending, error } = useChange({
    rereads: [keyQueries.all],
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
        onClose={onClose}
      />
    </Dialog>
  )
}
