import { lazy, Suspense, useSyncExternalStore } from 'react'

/** Something to be said in passing. */
export type Notice = { id: number; message: string; kind: 'done' | 'failed' }

let said = 0
let waiting: readonly Notice[] = []
const listeners = new Set<() => void>()

function say(message: string, kind: Notice['kind']): void {
  said += 1
  replace([...waiting, { id: said, message, kind }])
}

function replace(next: readonly Notice[]): void {
  waiting = next
  for (const listener of listeners) listener()
}

const forget = () => replace([])

/** Says that something was done. */
export const notifyDone = (message: string): void => say(message, 'done')

/** Says that something could not be done, and what to do. */
export const notifyFailed = (error: Error): void => say(error.message, 'failed')

const Notices = lazy(() => import('./notices.tsx').then(({ Notices }) => ({ default: Notices })))

/** Where notices appear; what shows them is loaded for the first one. */
export function NotificationsPlace() {
  const notices = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => waiting,
  )
  if (said === 0) return null
  return (
    <Suspense>
      <Notices notices={notices} onShown={forget} />
    </Suspense>
  )
}
