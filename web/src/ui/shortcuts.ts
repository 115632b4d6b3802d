// Keys that do something, known by what they do: the sheet lists whatever the page in view offers.
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

/** A key with what it does. `mod` is Cmd on Apple's machines and Ctrl elsewhere. */
export type Shortcut = {
  /** As `mod+k`, `?` or `n`: what the key types, after the modifier. */
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
    if (!matchesKeys(keys, event) || isElsewhere(keys, event)) return
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

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'>

/** Whether an event is that key: by what it types, so that every keyboard's "?" counts. */
export function matchesKeys(keys: string, { key, ctrlKey, metaKey, altKey, isComposing }: Pressed): boolean {
  const [modifier, name] = keys.startsWith('mod+') ? ['mod', keys.slice('mod+'.length)] : ['', keys]
  const hasModifier = ctrlKey || metaKey
  return !isComposing && !altKey && hasModifier === (modifier === 'mod') && key.toLowerCase() === name
}

/** Whether a plain key belongs to what has the focus: a field, or an open dialog or menu. */
function isElsewhere(keys: string, { target }: KeyboardEvent): boolean {
  if (keys.startsWith('mod+')) return false
  if (document.querySelector('[aria-modal="true"]')) return true
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, [role="menu"], [role="listbox"]') !== null)
  )
}

const isApple = /mac|iphone|ipad/i.test(navigator.platform)

/** The keys as they stand on this machine's keyboard. */
export const keyNames = (keys: string): string[] =>
  keys
    .split('+')
    .map((key) => (key === 'mod' ? (isApple ? '⌘' : 'Ctrl') : key.length === 1 ? key.toUpperCase() : key))
