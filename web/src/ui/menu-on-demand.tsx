import { type ReactNode, type RefObject, Suspense, useEffect, useRef, useState } from 'react'

type MenuOnDemandProps = {
  /** The button that opens it, as it is while the menu is not there. */
  trigger: (open?: () => void) => ReactNode
  /** The menu, loaded lazily, with the same button; it opens at once with `useOpenedAtOnce`. */
  children: ReactNode
}

/** A menu whose code is loaded when it is first asked for. */
export function MenuOnDemand({ trigger, children }: MenuOnDemandProps) {
  const [isAsked, setAsked] = useState(false)
  if (!isAsked) return trigger(() => setAsked(true))
  return <Suspense fallback={trigger()}>{children}</Suspense>
}

type OpenedAtOnce = {
  target: RefObject<HTMLButtonElement | null>
  menu: { opened: boolean; onChange: (opened: boolean) => void }
}

/** The state of a menu that was asked for before it was there: it opens, and its button has the focus to go back to. */
export function useOpenedAtOnce(): OpenedAtOnce {
  const target = useRef<HTMLButtonElement>(null)
  const [opened, setOpened] = useState(false)
  useEffect(() => {
    target.current?.focus()
    setOpened(true)
  }, [])
  return { target, menu: { opened, onChange: setOpened } }
}
