import type { Period } from './admission.ts'

const DAY_MS = 86_400_000

/**
 * Epoch ms that never go back: follows the system clock forwards, and runs on at its own pace when that is set
 * back, so that no window opens twice and none stands still.
 */
export function createSteadyClock(): () => number {
  let at = Date.now()
  let tick = performance.now()
  return () => {
    const elapsedMs = performance.now() - tick
    tick += elapsedMs
    at = Math.max(Date.now(), at + elapsedMs)
    return at
  }
}

/** The UTC day that an instant in epoch ms belongs to. */
export function dayOf(at: number): Period {
  const startsAt = Math.floor(at / DAY_MS) * DAY_MS
  return { startsAt, endsAt: startsAt + DAY_MS }
}

/** The UTC calendar month that an instant in epoch ms belongs to. */
export function monthOf(at: number): Period {
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) }
}
