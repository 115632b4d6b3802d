import { Outlet } from '@tanstack/react-router'
import { TextLink } from '../ui/index.ts'
import { Brand } from './brand.tsx'
import classes from './shell.module.css'

/** The frame of the pages before signing in: one card under the portal's name. */
export function EntranceLayout() {
  return (
    <div className={classes.entrance}>
      <header>
        <Brand />
      </header>
      <main className={classes.entranceCard} style={{ marginTop: '1.5rem' }}>
        <Outlet />
      </main>
      <footer className={classes.entranceFoot}>
        <TextLink to="/status" size="sm" c="dimmed">
          Status
        </TextLink>
        <TextLink to="/docs" size="sm" c="dimmed">
          Help
        </TextLink>
      </footer>
    </div>
  )
}
