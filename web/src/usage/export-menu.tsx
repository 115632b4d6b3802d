import { lazy } from 'react'
import type { AskedUsage } from '../api/index.ts'
import { MenuOnDemand } from '../ui/index.ts'
import { ExportButton } from './export-button.tsx'

const ExportDropdown = lazy(() =>
  import('./export-dropdown.tsx').then(({ ExportDropdown }) => ({ default: ExportDropdown })),
)

/** What is shown, as a file. */
export const ExportMenu = ({ asked }: { asked: AskedUsage }) => (
  <MenuOnDemand trigger={(open) => <ExportButton onClick={open} />}>
    <ExportDropdown asked={asked} />
  </MenuOnDemand>
)
