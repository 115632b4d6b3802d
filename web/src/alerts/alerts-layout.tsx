import { Outlet, useLocation } from '@tanstack/react-router'
import { ButtonLink, Page, PageTabs, TextLink } from '../ui/index.ts'

const tabs = [
  { path: '/usage/alerts', label: 'Alerts' },
  { path: '/usage/alerts/history', label: 'History' },
  { path: '/usage/webhooks', label: 'Webhooks' },
] as const

/** What tells people, and other programs, how much is used. */
export function AlertsLayout() {
  const { pathname } = useLocation()
  const here = tabs.find(({ path }) => path === pathname) ?? tabs[0]
  return (
    <Page
      title="Alerts"
      tabTitle={here.label}
      description={
        <>
          Be told before the tokens or the money are gone.{' '}
          <TextLink to="/docs/$page" params={{ page: 'alerts' }}>
            How alerts work
          </TextLink>
        </>
      }
      actions={
        <ButtonLink to="/usage" variant="default">
          See the usage
        </ButtonLink>
      }
    >
      <PageTabs tabs={tabs} here={here}>
        <Outlet />
      </PageTabs>
    </Page>
  )
}
