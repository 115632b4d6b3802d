import { Tabs } from '@mantine/core'
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { Page } from '../ui/index.ts'
import classes from './rows.module.css'

const tabs = [
  { path: '/settings/profile', label: 'Profile' },
  { path: '/settings/security', label: 'Security' },
  { path: '/settings/sessions', label: 'Devices' },
  { path: '/settings/appearance', label: 'Appearance' },
] as const

/** Everything about somebody's own account, a tab for each subject. */
export function SettingsLayout() {
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const here = tabs.find(({ path }) => path === pathname) ?? tabs[0]
  return (
    <Page title="Settings" tabTitle={`${here.label} · Settings`} width="narrow">
      <Tabs
        value={here.path}
        onChange={(path) => {
          const tab = tabs.find((each) => each.path === path)
          if (tab) void navigate({ to: tab.path })
        }}
        // With the arrows the focus moves alone; a tab is another page, and is gone to on purpose.
        activateTabWithKeyboard={false}
      >
        <Tabs.List mb="lg">
          {tabs.map(({ path, label }) => (
            <Tabs.Tab key={path} value={path} className={classes.tab}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={here.path}>
          <Outlet />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
