// Every dialog about providers and models; they are loaded together, when the first is opened.
import type { AdministrationAction } from './actions.ts'
import { EndDialog } from './end-dialogs.tsx'
import { AddModelDialog, EditModelDialog } from './model-dialogs.tsx'
import { AddProviderDialog, EditProviderDialog } from './provider-dialogs.tsx'
import { TestDialog } from './test-dialog.tsx'

type AdministrationDialogsProps = {
  action: AdministrationAction
  onAction: (action: AdministrationAction) => void
  onClose: () => void
}

/** The dialog that is open. What was just added is tested next. */
export function AdministrationDialogs({ action, onAction, onClose }: AdministrationDialogsProps) {
  switch (action.kind) {
    case 'add-provider':
      return (
        <AddProviderDialog onAdded={(provider) => onAction({ kind: 'test', provider })} onClose={onClose} />
      )
    case 'edit-provider':
      return <EditProviderDialog provider={action.provider} onClose={onClose} />
    case 'test':
      return <TestDialog provider={action.provider} onClose={onClose} />
    case 'add-model':
      return <AddModelDialog onClose={onClose} />
    case 'edit-model':
      return <EditModelDialog model={action.model} onClose={onClose} />
    default:
      return <EndDialog action={action} onClose={onClose} />
  }
}
