import { createContext, use } from 'react'

type ThreadBoxValue = {
  /** What scrolls, once it is there. */
  box: HTMLDivElement | null
  /** Follows the end no more. */
  leaveEnd: () => void
}

/** What scrolls a thread, for what stands in it. */
export const ThreadBox = createContext<ThreadBoxValue>({ box: null, leaveEnd: () => {} })

export const useThreadBox = (): ThreadBoxValue => use(ThreadBox)
