import { Burger, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { SignedInUser } from '@portal/contract'
import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { AccountMenu } from './account-menu.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { DeletionBanner } from './deletion-banner.tsx'
import { FoldingButton } from './folding-button.tsx'
import { ImpersonationBanner } from './impersonation-banner.tsx'
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
        <ImpersonationBanner />
        <DeletionBanner />
        <Outlet />
      </main>
      <SignInAgain />
    </div>
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
