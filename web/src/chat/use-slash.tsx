import { type KeyboardEvent, lazy, type ReactNode, Suspense, useRef, useState } from 'react'
import { commandIn } from './slash-command.ts'
import type { SlashKeys } from './slash-menu.tsx'

const SlashMenu = lazy(() => import('./slash-menu.tsx').then(({ SlashMenu }) => ({ default: SlashMenu })))

type Slash = {
  menu: ReactNode
  /** Gives a key to the menu, where there is one; true where the menu took it. */
  takes: (event: KeyboardEvent) => boolean
}

/** The menu of prompts and commands, while a slash begins the message. */
export function useSlash(field: { text: string; fieldId: string; onWrite: (text: string) => void }): Slash {
  const { text, fieldId, onWrite } = field
  const keys = useRef<SlashKeys>(null)
  const [closedAt, setClosedAt] = useState<string | null>(null)
  const command = commandIn(text)
  // What was closed is offered again once the command was taken back.
  if (command === null && closedAt !== null) setClosedAt(null)
  const isOpen = command !== null && closedAt !== text
  return {
    menu: isOpen && (
      <Suspense>
        <SlashMenu {...{ command, fieldId, keys, onWrite }} onClose={() => setClosedAt(text)} />
      </Suspense>
    ),
    takes(event) {
      if (!isOpen || !keys.current?.(event.nativeEvent)) return false
      event.preventDefault()
      // Escape is spent: it stops no answer.
      event.stopPropagation()
      return true
    },
  }
}
