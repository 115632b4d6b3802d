// Which answers are shown side by side: by the question they answer, as long as the page is open.
import { useSyncExternalStore } from 'react'

let compared: ReadonlySet<string> = new Set()
const listeners = new Set<() => void>()

/** Shows the answers to a question side by side, or one at a time again. */
export function compareAnswers(questionId: string, isCompared: boolean): void {
  const next = new Set(compared)
  if (isCompared) next.add(questionId)
  else next.delete(questionId)
  compared = next
  for (const listener of listeners) listener()
}

/** Whether the answers to a question are shown side by side. */
export const useIsCompared = (questionId: string | null): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => questionId !== null && compared.has(questionId),
  )
