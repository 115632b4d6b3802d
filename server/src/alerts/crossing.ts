import type { Figures } from './figures.ts'
import type { FiringRow } from './store.ts'

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
  const crossed = limit === null ? [] : thresholds.filter((each) => used * 100n >= limit * BigInt(each))
  const current = firings.filter((firing) => firing.period_starts_at.getTime() === period.startsAt)
  const isHeld = (firing: FiringRow) => firing.resolved_at === null && crossed.includes(firing.threshold)
  const held = current.filter(isHeld)
  const fresh = crossed.filter((each) => !held.some(({ threshold }) => threshold === each))
  const reopen = current.filter(
    (firing) => firing.resolved_at !== null && firing.basis === basis && fresh.includes(firing.threshold),
  )
  const told = [...held, ...reopen].map(({ threshold }) => threshold)
  const fire = fresh.filter((each) => !told.includes(each))
  return {
    ...{ fire, reopen },
    resolve: firings.filter((firing) => firing.resolved_at === null && !held.includes(firing)),
    isHigher: Math.max(0, ...fire) > Math.max(0, ...told),
  }
}

/** Whether there is anything to do. */
export const isNews = ({ fire, reopen, resolve }: Verdict): boolean =>
  fire.length + reopen.length + resolve.length > 0
