import { Outlet } from '@tanstack/react-router'
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
    </div>
  )
}
