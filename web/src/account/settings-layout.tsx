import { Outlet, useLocation } from '@tanstack/react-router'
import { Page, PageTabs } from '../ui/index.ts'

const tabs = [
  { path: '/settings/profile', label: 'Profile' },
  { path: '/settings/security', label: 'Security' },
  { path: '/settings/sessions', label: 'Devices' },
  { path: '/settings/chat', label: 'Chat' },
  { path: '/settings/activity', label: 'Activity' },
  { path: '/settings/appearance', label: 'Appearance' },
] as const

/** Everything about somebody's own account, a tab for each subject. */
export function SettingsLayout() {
  const { pathname } = useLocation()
  const here = tabs.find(({ path }) => path === pathname) ?? tabs[0]
  return (
    <Page title="Settings" tabTitle={`${here.label} · Settings`} width="narrow">
      <PageTabs tabs={tabs} here={here}>
        <Outlet />
      </PageTabs>
    </Page>
  )
}
