import { Burger, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { SignedInUser } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { sessionQuery } from '../api/index.ts'
import { AccountMenu } from './account-menu.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { DeletionBanner } from './deletion-banner.tsx'
import { FoldingButton } from './folding-button.tsx'
import { Navigation } from './navigation-drawer.tsx'
import { PaletteButton } from './palette-button.tsx'
import classes from './shell.module.css'
import { ShortcutSheet } from './shortcut-sheet.tsx'
import { SignInAgain } from './sign-in-again.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { useFolding } from './use-folding.ts'

/** What stands around every page of somebody who is signed in. */
export function Frame({ user }: { user: SignedInUser }) {
  const [isOpen, drawer] = useDisclosure()
  const { isFolded, toggle } = useFolding()
  const main = useFocusAfterNavigation()
  return (
    <div className={classes.frame} data-folded={isFolded || undefined}>
      <SkipLink onSkip={() => main.current?.focus()} />
      <Navigation isOpen={isOpen} onClose={drawer.close} />
      <header className={classes.header}>
        <Burger
          opened={isOpen}
          onClick={drawer.toggle}
          hiddenFrom="sm"
          size="sm"
          aria-label="Menu"
          aria-expanded={isOpen}
        />
        <FoldingButton isFolded={isFolded} onToggle={toggle} />
        <PaletteButton />
        <Group gap={6} ml="auto" wrap="nowrap">
          <ShortcutSheet />
          <ThemeSwitch />
          <AccountMenu user={user} />
        </Group>
      </header>
      <main ref={main} tabIndex={-1} className={classes.main}>
        <ConnectionBanner />
        <Impersonation />
        <DeletionBanner />
        <Outlet />
      </main>
      <SignInAgain />
    </div>
  )
}

const ImpersonationBanner = lazy(() =>
  import('./impersonation-banner.tsx').then(({ ImpersonationBanner }) => ({ default: ImpersonationBanner })),
)

/** Of those who are signed in as somebody else, who are few: nobody else loads it. */
function Impersonation() {
  const { data: session } = useQuery(sessionQuery)
  if (!session?.impersonation) return null
  return (
    <Suspense>
      <ImpersonationBanner user={session.user} impersonation={session.impersonation} />
    </Suspense>
  )
}

function SkipLink({ onSkip }: { onSkip: () => void }) {
  return (
    <button type="button" className={classes.skip} onClick={onSkip}>
      Skip to the content
    </button>
  )
}

/** Moves the focus to what a link led to, so that the keyboard and screen readers go on from there. */
function useFocusAfterNavigation() {
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    main.current?.focus({ preventScroll: true })
  }, [pathname])
  return main
}
