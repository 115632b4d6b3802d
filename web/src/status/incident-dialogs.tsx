// Every dialog about incidents; they are loaded together, when the first is opened.
import type { Incident } from '@portal/contract'
import { EditDialog } from './edit-incident.tsx'
import { OpenDialog, PlanDialog } from './new-incident.tsx'
import { WriteDialog } from './write-update.tsx'

/** What somebody is about to do. */
export type IncidentAct =
  | { kind: 'open' }
  | { kind: 'plan' }
  | { kind: 'edit'; incident: Incident }
  | { kind: 'write'; incident: Incident }

type Components = readonly { id: string; name: string }[]
type IncidentDialogsProps = { act: IncidentAct; components: Components; onClose: () => void }

/** The dialog that is open. */
export function IncidentDialogs({ act, components, onClose }: IncidentDialogsProps) {
  if (act.kind === 'open') return <OpenDialog components={components} onClose={onClose} />
  if (act.kind === 'plan') return <PlanDialog components={components} onClose={onClose} />
  if (act.kind === 'edit')
    return <EditDialog incident={act.incident} components={components} onClose={onClose} />
  return <WriteDialog incident={act.incident} onClose={onClose} />
}
