import { Group } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { ButtonLink, Page } from '../ui/index.ts'

/** A path that is none. */
export function NotFoundPage() {
  const { pathname } = useLocation()
  return (
    <Page
      title="There is nothing here"
      description={`No page has the address ${pathname.slice(0, 100)}. It may have moved, or the link is wrong.`}
      width="narrow"
    >
      <Group>
        <ButtonLink to="/">Go to the start</ButtonLink>
        <ButtonLink to="/keys" variant="default">
          API keys
        </ButtonLink>
      </Group>
    </Page>
  )
}
