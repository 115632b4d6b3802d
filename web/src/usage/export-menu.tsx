import { lazy } from 'react'
import { MenuOnDemand } from '../ui/index.ts'
import { ExportButton } from './export-button.tsx'
import type { AskedUsage } from './usage-queries.ts'

const ExportDropdown = lazy(() =>
  import('./export-dropdown.tsx').then(({ ExportDropdown }) => ({ default: ExportDropdown })),
)

/** What is shown, as a file. */
export const ExportMenu = ({ asked }: { asked: AskedUsage }) => (
  <MenuOnDemand trigger={(open) => <ExportButton onClick={open} />}>
    <ExportDropdown asked={asked} />
  </MenuOnDemand>
)
