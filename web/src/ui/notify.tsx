import { lazy, Suspense, useSyncExternalStore } from 'react'

/** Something to be said in passing. */
export type Notice = { id: number; message: string; kind: 'done' | 'failed'; action?: NoticeAction }
/** What can be done about it, as long as it is shown. */
type NoticeAction = { label: string; run: () => void }

let said = 0
let waiting: readonly Notice[] = []
const listeners = new Set<() => void>()

function say(notice: Omit<Notice, 'id'>): void {
  said += 1
  replace([...waiting, { id: said, ...notice }])
}

function replace(next: readonly Notice[]): void {
  waiting = next
  for (const listener of listeners) listener()
}

const forget = () => replace([])

/** Says that something was done, and may offer to undo it. */
export const notifyDone = (message: string, action?: NoticeAction): void =>
  say({ message, kind: 'done', ...(action && { action }) })

/** Says that something could not be done, and what to do. */
export const notifyFailed = (error: Error): void => say({ message: error.message, kind: 'failed' })

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
