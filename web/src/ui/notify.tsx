import { lazy, Suspense, useSyncExternalStore } from 'react'

/** Something to be said in passing. */
export type Notice = { id: number; message: string; kind: 'done' | 'failed' }

let notices: readonly Notice[] = []
const listeners = new Set<() => void>()

function say(message: string, kind: Notice['kind']): void {
  notices = [...notices, { id: notices.length, message, kind }]
  for (const listener of listeners) listener()
}

/** Says that something was done. */
export const notifyDone = (message: string): void => say(message, 'done')

/** Says that something could not be done, and what to do. */
export const notifyFailed = (error: Error): void => say(error.message, 'failed')

const Notices = lazy(() => import('./notices.tsx').then(({ Notices }) => ({ default: Notices })))

/** Where notices appear; what shows them is loaded for the first one. */
export function NotificationsPlace() {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => notices,
  )
  if (all.length === 0) return null
  return (
    <Suspense>
      <Notices notices={all} />
    </Suspense>
  )
}
