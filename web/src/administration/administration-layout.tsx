import { IconLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation } from '@tanstack/react-router'
import { sessionQuery } from '../api/index.ts'
import { EmptyState, Page, PageTabs, TextLink } from '../ui/index.ts'
import { sections } from './sections.ts'

/** Everything for those who run the portal, a tab for each section. */
export function AdministrationLayout() {
  const { pathname } = useLocation()
  const { data: session } = useQuery(sessionQuery)
  const here = sections.find(({ path }) => pathname.startsWith(path)) ?? sections[0]
  if (!session || !here) return null
  if (session.user.role !== 'ADMIN') return <NotForYou />
  return (
    <Page
      title="Administration"
      tabTitle={`${here.label} · Administration`}
      description={
        <>
          The whole portal, for those who run it.{' '}
          <TextLink to="/docs/$page" params={{ page: 'administration' }}>
            What can be done here
          </TextLink>
        </>
      }
    >
      <PageTabs tabs={sections} here={here}>
        <Outlet />
      </PageTabs>
    </Page>
  )
}

const NotForYou = () => (
  <Page title="Administration">
    <EmptyState icon={<IconLock size={24} />} title="For administrators">
      This is where those work who run the portal. Whoever is an administrator can make you one.
    </EmptyState>
  </Page>
)
