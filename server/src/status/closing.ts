// Days that are over are summed once, and their minutes forgotten after a while.
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { defineQueue, type Jobs } from '../jobs/index.ts'
import { countDays, lastClosedDay } from './day-sums.ts'
import { dayMs, dayOf } from './minute.ts'
import { deleteMinutesBefore } from './minutes.ts'

/** How many days (UTC) are shown, today included. */
export const daysShown = 90
const minutesKeptDays = 14

const closing = defineQueue({ name: 'status-days', payload: z.object({}), timeoutSeconds: 600 })

type ClosingDeps = {
  db: Kysely<Tables>
  jobs: Pick<Jobs, 'work' | 'everyDay'>
  /** Milliseconds since 1970. */
  now: () => number
}

/** Has it done every night. */
export function closeNightly({ db, jobs, now }: ClosingDeps): void {
  jobs.work(closing, () => closeStatusDays(db, now()))
  jobs.everyDay(closing, { time: '00:20', payload: {} })
}

/** Closes the days before today (UTC) that are not. A day that is closed stays as it is. */
export const closeStatusDays = (db: Kysely<Tables>, nowMs: number): Promise<void> =>
  db.transaction().execute(async (trx) => {
    const { from } = await openDays(trx, nowMs)
    const untilMs = Date.parse(dayOf(nowMs))
    const rows = from < dayOf(nowMs) ? await countDays(trx, { from, to: dayOf(untilMs - 1), untilMs }) : []
    for (let at = 0; at < rows.length; at += rowsAtOnce) {
      await trx
        .insertInto('status_days')
        .values(rows.slice(at, at + rowsAtOnce))
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    // All that is deleted is of days that are closed by now.
    await trx
      .deleteFrom('status_days')
      .where('day', '<', dayOf(nowMs - 2 * daysShown * dayMs))
      .execute()
    await deleteMinutesBefore(trx, dayOf(nowMs - minutesKeptDays * dayMs))
  })

const rowsAtOnce = 1000
const min = (one: string, other: string): string => (one < other ? one : other)

/** The days that have to be counted from their minutes, today the last of them. */
export async function openDays(db: Kysely<Tables>, nowMs: number): Promise<{ from: string; to: string }> {
  const today = dayOf(nowMs)
  const earliest = dayOf(nowMs - (daysShown - 1) * dayMs)
  const closed = await lastClosedDay(db)
  const next = closed === null ? earliest : dayOf(Date.parse(closed) + dayMs)
  return { from: next < earliest ? earliest : min(next, today), to: today }
}
