import { Outlet, useLocation } from '@tanstack/react-router'
import { Page, PageTabs } from '../ui/index.ts'
import { useActing } from './acting.ts'
import { planWords, roleWords } from './role-words.ts'

const tabs = [
  { path: '/settings/organisation', label: 'General' },
  { path: '/settings/members', label: 'Members' },
  { path: '/settings/audit', label: 'Audit log' },
  { path: '/usage/alerts', label: 'Alerts' },
] as const

/** Everything about the organisation that is acted for, a tab for each subject. */
export function OrganisationLayout() {
  const { pathname } = useLocation()
  const acting = useActing()
  const here = tabs.find(({ path }) => path === pathname) ?? tabs[0]
  if (!acting) return null
  const { id, name, tier, role } = acting.organisation
  return (
    <Page
      title={name}
      tabTitle={`${here.label} · ${name}`}
      description={`${planWords[tier]} · Your role: ${roleWords[role].label}`}
    >
      <PageTabs tabs={tabs} here={here}>
        {/* Another organisation: nothing that was typed or opened for the one before stays. */}
        <Outlet key={id} />
      </PageTabs>
    </Page>
  )
}
