// How somebody likes code to be shown, in this browser: for every block at once.
import { useSyncExternalStore } from 'react'

/** Whether lines are numbered, and whether long ones wrap. */
export type CodeView = { numbers: boolean; wraps: boolean }

const place = 'portal-code-view'
const listeners = new Set<() => void>()
let view: CodeView = read()

function read(): CodeView {
  try {
    const { numbers, wraps } = JSON.parse(localStorage.getItem(place) ?? '{}')
    return { numbers: numbers === true, wraps: wraps === true }
  } catch {
    return { numbers: false, wraps: false }
  }
}

/** Shows all code another way, and remembers it. */
export function changeCodeView(changes: Partial<CodeView>): void {
  view = { ...view, ...changes }
  try {
    localStorage.setItem(place, JSON.stringify(view))
  } catch {
    // A browser that keeps nothing shows it this way until it is closed.
  }
  for (const listener of listeners) listener()
}

export const useCodeView = (): CodeView =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => view,
  )
