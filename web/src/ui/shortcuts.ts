// Keys that do something, known by what they do: the sheet lists whatever the page in view offers.
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { isOfComposing } from './composing.ts'

/** A key with what it does. `mod` is Cmd on Apple's machines and Ctrl elsewhere. */
export type Shortcut = {
  /** As `mod+k`, `mod+shift+o`, `?` or `Escape`: what the key types, after the modifiers. */
  keys: string
  label: string
  group: string
}

let registered: readonly Shortcut[] = []
const listeners = new Set<() => void>()

function replace(next: readonly Shortcut[]): void {
  registered = next
  for (const listener of listeners) listener()
}

/** Lets a key do something while the caller is shown; in fields only keys with a modifier count. */
export function useShortcut({ keys, label, group }: Shortcut, run: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || !matchesKeys(keys, event) || isElsewhere(keys, event)) return
    event.preventDefault()
    run()
  })
  useEffect(() => {
    const shortcut = { keys, label, group }
    replace([...registered, shortcut])
    document.addEventListener('keydown', onKey)
    return () => {
      replace(registered.filter((each) => each !== shortcut))
      document.removeEventListener('keydown', onKey)
    }
  }, [keys, label, group])
}

/** The keys that work now. */
export const useShortcutList = (): readonly Shortcut[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => registered,
  )

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'> &
  Partial<Pick<KeyboardEvent, 'keyCode'>>

/** Whether an event is that key: by what it types, so that every keyboard's "?" counts. */
export function matchesKeys(keys: string, pressed: Pressed): boolean {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = pressed
  const modifiers = keys.split('+')
  const name = modifiers.pop()?.toLowerCase()
  if (isOfComposing(pressed) || altKey || (ctrlKey || metaKey) !== modifiers.includes('mod')) return false
  // Where shift is not asked for it may be what types the key, as of "?".
  return key.toLowerCase() === name && (shiftKey || !modifiers.includes('shift'))
}

/** Whether a plain key belongs to what has the focus: a field, or an open dialog or menu. */
function isElsewhere(keys: string, { target }: KeyboardEvent): boolean {
  if (keys.startsWith('mod+')) return false
  if (document.querySelector('[aria-modal="true"]')) return true
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('[role="menu"], [role="listbox"], select')) return true
  // Escape types nothing.
  return keys !== 'Escape' && (target.isContentEditable || target.closest('input, textarea') !== null)
}

const isApple = /mac|iphone|ipad/i.test(navigator.platform)
const namesOfKeys: Record<string, string> = { mod: isApple ? '⌘' : 'Ctrl', shift: isApple ? '⇧' : 'Shift' }

/** The keys as they stand on this machine's keyboard. */
export const keyNames = (keys: string): string[] =>
  keys.split('+').map((key) => namesOfKeys[key] ?? (key.length === 1 ? key.toUpperCase() : key))
