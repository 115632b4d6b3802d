// What is done with the ledger beside requests: what is over is summed, every night sums are proven and old months dropped.
import type pg from 'pg'
import { z } from 'zod'
import { defineQueue, type Jobs } from '../jobs/index.ts'
import { closeUsage, dropMonthsBefore, type Proof, proveSums } from '../ledger/index.ts'
import type { Log } from '../log/index.ts'

type NightlyDeps = {
  pool: pg.Pool
  jobs: Pick<Jobs, 'work' | 'everyDay' | 'everyHalfHour'>
  log: Log
  /** How many whole months of single requests are kept; null is all. */
  monthsKept: number | null
  now: () => number
}

/** The last proof: how many sums differ, and when that was found out, in milliseconds since 1970. */
export type ProofFound = { differences: number; checked: number; at: number }

const closing = defineQueue({ name: 'usage-days', payload: z.object({}), timeoutSeconds: 1800 })
const proving = defineQueue({ name: 'usage-proof', payload: z.object({}), timeoutSeconds: 3600, triesMax: 2 })
const dropping = defineQueue({ name: 'ledger-retention', payload: z.object({}), timeoutSeconds: 600 })

/** Has it done, and tells what the last proof found; null before the first. */
export function tendUsage({ pool, jobs, log, monthsKept, now }: NightlyDeps): {
  proof: () => ProofFound | null
} {
  let found: ProofFound | null = null
  jobs.work(closing, () => closeUsage(pool, now()))
  jobs.everyHalfHour(closing, {})
  jobs.work(proving, async () => {
    const { checked, differences } = await proveSums(pool)
    found = { checked, differences: differences.length, at: now() }
    if (differences.length > 0) log.error(firstOf(differences), 'sums of the ledger differ from it')
  })
  jobs.everyDay(proving, { time: '04:10', payload: {} })
  jobs.work(dropping, async () => {
    if (monthsKept === null) return
    const months = await dropMonthsBefore(pool, monthsAgo(now(), monthsKept))
    if (months.length > 0) log.info({ months }, 'old months of the ledger were dropped')
  })
  jobs.everyDay(dropping, { time: '05:10', payload: {} })
  return { proof: () => found }
}

const shown = 10
const firstOf = (differences: Proof['differences']) => ({
  ...{ count: differences.length, differences: differences.slice(0, shown) },
})

/** The beginning (UTC) of the month so many months before this one. */
function monthsAgo(nowMs: number, months: number): number {
  const at = new Date(nowMs)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months)
}
