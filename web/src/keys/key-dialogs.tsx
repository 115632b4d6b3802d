// Every dialog about keys; they are loaded together, when the first is opened.
import type { ApiKeyWithSecret } from '@portal/contract'
import { CreateKeyDialog, EditKeyDialog } from './edit-dialogs.tsx'
import { DeleteDialog, RevokeDialog } from './end-dialogs.tsx'
import type { KeyAction } from './key-menu.tsx'
import { KeySecret, RegenerateDialog } from './secret-dialogs.tsx'

type KeyDialogsProps = {
  /** What is done to a key; null while one is created. */
  action: KeyAction | null
  /** A key whose secret is to be shown, the only time. */
  secret: ApiKeyWithSecret | null
  onSecret: (key: ApiKeyWithSecret) => void
  onClose: () => void
}

/** The dialog that is open. */
export function KeyDialogs({ action, secret, onSecret, onClose }: KeyDialogsProps) {
  if (secret) return <KeySecret created={secret} onClose={onClose} />
  if (action) return <ActionDialog action={action} onSecret={onSecret} onClose={onClose} />
  return <CreateKeyDialog onCreated={onSecret} onClose={onClose} />
}

type ActionDialogProps = {
  action: KeyAction
  onSecret: (key: ApiKeyWithSecret) => void
  onClose: () => void
}

function ActionDialog({ action: { kind, apiKey }, onSecret, onClose }: ActionDialogProps) {
  if (kind === 'edit') return <EditKeyDialog apiKey={apiKey} onClose={onClose} />
  if (kind === 'regenerate') {
    return <RegenerateDialog apiKey={apiKey} onRegenerated={onSecret} onClose={onClose} />
  }
  if (kind === 'revoke') return <RevokeDialog apiKey={apiKey} onClose={onClose} />
  return <DeleteDialog apiKey={apiKey} onClose={onClose} />
}
