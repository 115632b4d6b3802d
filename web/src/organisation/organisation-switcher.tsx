import { lazy } from 'react'
import { MenuOnDemand } from '../ui/index.ts'
import { useActing } from './acting.ts'
import { SwitcherButton } from './switcher-button.tsx'

const SwitcherMenu = lazy(() =>
  import('./switcher-menu.tsx').then(({ SwitcherMenu }) => ({ default: SwitcherMenu })),
)

/** The organisation that this device acts for, and the way to another; `onSwitched` once that is acted for. */
export function OrganisationSwitcher({ onSwitched }: { onSwitched: () => void }) {
  const acting = useActing()
  if (!acting) return null
  const { organisation } = acting
  return (
    <MenuOnDemand trigger={(open) => <SwitcherButton organisation={organisation} onClick={open} />}>
      <SwitcherMenu organisation={organisation} onSwitched={onSwitched} />
    </MenuOnDemand>
  )
}
