import { createRecentMinutes, type Recent } from './recent-minutes.ts'

/** Remembers how targets have been doing, so that others are tried before those that fail. */
export type Breaker = {
  /** True when the target should not be among the first tried. */
  isOpen(target: string): boolean
  /** @param latencyMs how long the answer took, where that is to be counted */
  succeeded(target: string, latencyMs?: number): void
  failed(target: string): void
  /** Every target that was tried so far, for metrics. */
  health(): Map<string, TargetHealth>
  /** How a target has been doing in the last minutes. */
  recent(target: string): Recent
}

export type TargetHealth = { answers: number; failures: number; isOpen: boolean }

const failuresMax = 5
const firstPauseMs = 5000
const longestPauseMs = 60_000

/** A target opens after five failures in a row and is tried again after a pause that doubles each time. */
export function createBreaker(now: () => number = () => performance.now()): Breaker {
  const targets = new Map<string, { answers: number; failures: number; inARow: number; openUntil: number }>()
  const minutes = createRecentMinutes(now)
  const isOpen = (target: string) => (targets.get(target)?.openUntil ?? 0) > now()
  const known = (name: string) => {
    const target = targets.get(name) ?? { answers: 0, failures: 0, inARow: 0, openUntil: 0 }
    targets.set(name, target)
    return target
  }
  return {
    isOpen,
    succeeded(name, latencyMs) {
      if (latencyMs !== undefined) minutes.add(name, latencyMs)
      const target = known(name)
      target.answers += 1
      target.inARow = 0
      target.openUntil = 0
    },
    failed(name) {
      minutes.add(name, null)
      const target = known(name)
      target.failures += 1
      target.inARow += 1
      if (target.inARow < failuresMax) return
      target.openUntil = now() + Math.min(longestPauseMs, firstPauseMs * 2 ** (target.inARow - failuresMax))
    },
    recent: minutes.of,
    health: () =>
      new Map(
        [...targets].map(([name, { answers, failures }]) => [
          name,
          { answers, failures, isOpen: isOpen(name) },
        ]),
      ),
  }
}
