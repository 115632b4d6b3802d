// Dialogs that stop a key from working, for now or for good.
import { Checkbox, Text, Textarea } from '@mantine/core'
import { type ApiKey, keyEndpoints } from '@portal/contract'
import { useState } from 'react'
import { call, keyQueries } from '../api/index.ts'
import { ConfirmDialog, DialogForm, useChange } from '../ui/index.ts'

type KeyDialogProps = { apiKey: ApiKey; onClose: () => void }
type Revocation = { reason: string; leaked: boolean }

/** Stops a key; as leaked, for good. */
export function RevokeDialog({ apiKey, onClose }: KeyDialogProps) {
  const [{ reason, leaked }, setGiven] = useState<Revocation>({ reason: '', leaked: false })
  const { mutate, isPending, error } = useChange({
    rereads: [keyQueries.all],
    change: (given: Revocation) => {
      const body = { leaked: given.leaked, ...(given.reason.trim() && { reason: given.reason.trim() }) }
      return call(keyEndpoints.revoke, { params: { keyId: apiKey.id }, body })
    },
    done: 'The key is revoked.',
    onDone: onClose,
  })
  return (
    <DialogForm
      title={`Revoke ${apiKey.name}`}
      action="Revoke"
      color="red"
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate({ reason, leaked })}
      onClose={onClose}
    >
      <Text size="sm">Every request with this key is refused from now on. You can reactivate it later.</Text>
      <Textarea
        label="Reason"
        description="For whoever looks at the key later. You may leave it empty."
        maxLength={500}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setGiven({ reason: event.currentTarget.value, leaked })}
        data-autofocus
      />
      <Checkbox
        label="The secret has leaked"
        description="Then the key can never be reactivated."
        checked={leaked}
        onChange={(event) => setGiven({ reason, leaked: event.currentTarget.checked })}
      />
    </DialogForm>
  )
}

/** Deletes a key, once its name was typed. */
export function DeleteDialog({ apiKey, onClose }: KeyDialogProps) {
  const { mutate, isPending, error } = useChange({
    rereads: [keyQueries.all],
    change: () => call(keyEndpoints.remove, { params: { keyId: apiKey.id } }),
    done: 'The key is deleted.',
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      opened
      title={`Delete ${apiKey.name}`}
      action="Delete for good"
      typed={apiKey.name}
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      Programs that use this key stop working at once, and it cannot be brought back. What it used stays in
      your usage. To stop it for a while only, revoke it instead.
    </ConfirmDialog>
  )
}
