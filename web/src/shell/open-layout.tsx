import { Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { sessionQuery } from '../api/index.ts'
import { ButtonLink } from '../ui/index.ts'
import { Brand } from './brand.tsx'
import { Frame } from './frame.tsx'
import classes from './shell.module.css'
import { ThemeSwitch } from './theme-switch.tsx'

/** Pages that everybody may read: within the shell, or for visitors under the portal's name and the way in. */
export function OpenLayout() {
  const { data, isPending } = useQuery({ ...sessionQuery, retry: false })
  if (data) return <Frame user={data.user} />
  return isPending ? null : <VisitorFrame />
}

function VisitorFrame() {
  const { href } = useLocation()
  return (
    <>
      <header className={`${classes.header} ${classes.visitor}`}>
        <Link to="/docs" className={classes.visitorBrand}>
          <Brand />
        </Link>
        <Group gap="xs" ml="auto" wrap="nowrap">
          <ThemeSwitch />
          <ButtonLink to="/sign-in" search={{ next: href }} variant="default" size="xs">
            Sign in
          </ButtonLink>
        </Group>
      </header>
      <main className={classes.main}>
        <Outlet />
      </main>
    </>
  )
}
