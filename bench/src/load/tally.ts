import type { Outcome, Percentiles } from './job.ts'

/** What a job gathers while it runs. */
export type Tally = {
  whole: number
  faults: Map<string, number>
  firstContent: number[]
  total: number[]
  gap: number[]
  lateness: number[]
}

export const createTally = (): Tally => ({
  whole: 0,
  faults: new Map(),
  firstContent: [],
  total: [],
  gap: [],
  lateness: [],
})

export function addFault({ faults }: Tally, reason: string): void {
  faults.set(reason, (faults.get(reason) ?? 0) + 1)
}

export const outcomeFrom = (tally: Tally, seconds: number): Outcome => ({
  whole: tally.whole,
  faults: Object.fromEntries(tally.faults),
  seconds,
  firstContent: percentilesOf(tally.firstContent),
  total: percentilesOf(tally.total),
  gap: percentilesOf(tally.gap),
  lateness: percentilesOf(tally.lateness),
})

function percentilesOf(values: number[]): Percentiles {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 }
}
