import { Burger, FocusTrap } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import classes from './shell.module.css'
import { Sidebar } from './sidebar.tsx'

type NavigationProps = { isOpen: boolean; onClose: () => void }

/** The way around: beside the page, and on phones a drawer that keeps the focus while it is open. */
export function Navigation({ isOpen, onClose }: NavigationProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  useHotkeys(isOpen ? [['Escape', onClose]] : [])
  if (!isNarrow) {
    return (
      <div className={classes.navbar}>
        <Sidebar onLeave={() => {}} />
      </div>
    )
  }
  if (!isOpen) return null
  return (
    <>
      <div className={classes.veil} onClick={onClose} aria-hidden />
      <FocusTrap>
        <div className={classes.drawer} role="dialog" aria-modal="true" aria-label="Menu">
          <Burger opened onClick={onClose} size="sm" aria-label="Close the menu" data-autofocus ml="auto" />
          <Sidebar onLeave={onClose} />
        </div>
      </FocusTrap>
    </>
  )
}
