import { recurringStepsEnd } from '@portal/contract'
import type { Figures } from './figures.ts'
import type { AlertRow, FiringRow } from './store.ts'

/** Where an alert fires: its thresholds, and every step above the highest of them, or above 100 % where that is higher. */
export function thresholdsOf({
  thresholds,
  recurring_step: step,
}: Pick<AlertRow, 'thresholds' | 'recurring_step'>): number[] {
  if (step === null) return thresholds
  const from = Math.max(100, ...thresholds)
  const steps = Math.max(0, Math.floor((recurringStepsEnd - from) / step))
  return [...thresholds, ...Array.from({ length: steps }, (_, i) => from + (i + 1) * step)]
}

/** What is to be done about an alert: which thresholds are new, which hold again, which no longer do. */
export type Verdict = {
  fire: number[]
  /** Said before in this period and resolved since: they hold again, and nobody is told twice. */
  reopen: FiringRow[]
  resolve: FiringRow[]
  /** Whether what is new is more than what was told already. */
  isHigher: boolean
}

type Known = { thresholds: readonly number[]; basis: string; firings: readonly FiringRow[] }

/** Compares what is used with what was told. Pure. */
export function judge({ period, used, limit }: Figures, { thresholds, basis, firings }: Known): Verdict {
  const crossed = new Set(
    limit === null ? [] : thresholds.filter((each) => used * 100n >= limit * BigInt(each)),
  )
  const current = firings.filter((firing) => firing.period_starts_at.getTime() === period.startsAt)
  const isHeld = (firing: FiringRow) => firing.resolved_at === null && crossed.has(firing.threshold)
  const held = new Set(current.filter(isHeld))
  const heldAt = new Set(Array.from(held, ({ threshold }) => threshold))
  const reopen = current.filter(
    ({ resolved_at, threshold, basis: before }) =>
      resolved_at !== null && before === basis && crossed.has(threshold) && !heldAt.has(threshold),
  )
  const told = new Set([...heldAt, ...reopen.map(({ threshold }) => threshold)])
  const fire = [...crossed].filter((each) => !told.has(each))
  return {
    ...{ fire, reopen },
    resolve: firings.filter((firing) => firing.resolved_at === null && !held.has(firing)),
    isHigher: Math.max(0, ...fire) > Math.max(0, ...told),
  }
}

/** Whether there is anything to do. */
export const isNews = ({ fire, reopen, resolve }: Verdict): boolean =>
  fire.length + reopen.length + resolve.length > 0
