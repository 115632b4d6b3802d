// What is done with the ledger beside requests: what is over is summed, every night sums are proven and old months dropped.
import type { Kysely } from 'kysely'
import type pg from 'pg'
import { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { defineQueue, type Jobs } from '../jobs/index.ts'
import { closeUsage, dropMonthsBefore, type Proof, proveSums } from '../ledger/index.ts'
import type { Log } from '../log/index.ts'
import { keepProof, type ProofFound, readProof } from './proof.ts'

type UpkeepDeps = {
  db: Kysely<Tables>
  pool: pg.Pool
  jobs: Pick<Jobs, 'work' | 'everyDay' | 'everyHalfHour'>
  log: Log
  /** How many whole months of single requests are kept; null is all. */
  monthsKept: number | null
  now: () => number
}

const closing = defineQueue({ name: 'usage-days', payload: z.object({}), timeoutSeconds: 1800 })
const proving = defineQueue({ name: 'usage-proof', payload: z.object({}), timeoutSeconds: 3600, triesMax: 2 })
const dropping = defineQueue({ name: 'ledger-retention', payload: z.object({}), timeoutSeconds: 600 })

const lookEveryMs = 60_000

/** Has it done, and tells what the last proof found, by whichever process; null before the first. */
export function tendUsage({ db, pool, jobs, log, monthsKept, now }: UpkeepDeps): {
  proof: () => ProofFound | null
} {
  let found: ProofFound | null = null
  let lookedAt = Number.NEGATIVE_INFINITY
  const look = async () => {
    found = await readProof(db)
  }
  // Whoever asks does not wait for the database.
  const proof = () => {
    if (now() - lookedAt > lookEveryMs) {
      lookedAt = now()
      look().catch(() => {})
    }
    return found
  }
  proof()
  jobs.work(closing, () => closeUsage(pool, now()))
  jobs.everyHalfHour(closing, {})
  jobs.work(proving, async () => {
    const { checked, differences } = await proveSums(pool)
    found = { checked, differences: differences.length, at: now() }
    await keepProof(db, found)
    if (differences.length > 0) log.error(firstOf(differences), 'sums of the ledger differ from it')
  })
  jobs.everyDay(proving, { time: '04:10', payload: {} })
  jobs.work(dropping, async () => {
    if (monthsKept === null) return
    const months = await dropMonthsBefore(pool, monthsAgo(now(), monthsKept))
    if (months.length > 0) log.info({ months }, 'old months of the ledger were dropped')
  })
  jobs.everyDay(dropping, { time: '05:10', payload: {} })
  return { proof }
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
