/** Remembers which targets have been failing, so that others are tried first. */
export type Breaker = {
  /** True when the target should not be among the first tried. */
  isOpen(target: string): boolean
  succeeded(target: string): void
  failed(target: string): void
  /** Targets now open, for metrics. */
  open(): string[]
}

const failuresMax = 5
const firstPauseMs = 5000
const longestPauseMs = 60_000

/** A target opens after five failures in a row and is tried again after a pause that doubles each time. */
export function createBreaker(now: () => number = () => performance.now()): Breaker {
  const states = new Map<string, { failures: number; openUntil: number }>()
  const isOpen = (target: string) => (states.get(target)?.openUntil ?? 0) > now()
  return {
    isOpen,
    succeeded: (target) => void states.delete(target),
    failed(target) {
      const failures = (states.get(target)?.failures ?? 0) + 1
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - failuresMax))
      states.set(target, { failures, openUntil: failures < failuresMax ? 0 : now() + pauseMs })
    },
    open: () => [...states.keys()].filter(isOpen),
  }
}
