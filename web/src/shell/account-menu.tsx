import type { SignedInUser } from '@portal/contract'
import { lazy } from 'react'
import { MenuOnDemand } from '../ui/index.ts'
import { AccountButton } from './account-button.tsx'

const AccountDropdown = lazy(() =>
  import('./account-dropdown.tsx').then(({ AccountDropdown }) => ({ default: AccountDropdown })),
)

/** Who is signed in, and the way out. */
export const AccountMenu = ({ user }: { user: SignedInUser }) => (
  <MenuOnDemand trigger={(open) => <AccountButton user={user} onClick={open} />}>
    <AccountDropdown user={user} />
  </MenuOnDemand>
)
