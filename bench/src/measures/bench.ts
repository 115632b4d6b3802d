import type { Gateway, Upstream } from '../gateways/index.ts'
import type { Generator } from '../load/index.ts'

/** What every measure works with. */
export type Bench = {
  upstream: Upstream
  generator: Generator
  gateways: Gateway[]
  say(line: string): void
  /** Gathers answers that were not whole: with any, the figures do not count. */
  faults: Map<string, number>
}

/** Notes what went wrong in a job. */
export function noteFaults({ faults }: Bench, where: string, found: Record<string, number>): void {
  for (const [reason, count] of Object.entries(found)) {
    const key = `${where}: ${reason}`
    faults.set(key, (faults.get(key) ?? 0) + count)
  }
}

/** The middle of some values. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}
