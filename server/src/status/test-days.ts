// A database with minutes of the past in it.
import { migrate, openDatabase } from '../db/index.ts'
import { startTestCluster } from '../db/test-database.ts'
import { createLog } from '../log/index.ts'
import type { FoundState } from './finding.ts'
import { dayMs, minuteMs } from './minute.ts'

/** A stretch of minutes: those from `from` on, before `to`, in one state. */
export type Stretch = { component: string; from: number; to: number; state: FoundState }

/** Starts it, migrated and empty. */
export async function startTestDays() {
  const cluster = await startTestCluster()
  const { url, clientConfig } = await cluster.createDatabase()
  await migrate(clientConfig)
  const database = await openDatabase({ url, dataDir: '/nowhere', log: createLog('silent') })
  const { db, pool } = database
  return {
    db,
    /** Empties it, then has each component looked at from an instant on. */
    async begin(components: Record<string, number>) {
      await pool.query('truncate status_minutes, status_spans, status_days, incidents cascade')
      for (const [component, from] of Object.entries(components)) {
        await pool.query('insert into status_spans values ($1, $2, null)', [component, new Date(from)])
      }
    },
    record: ({ component, from, to, state }: Stretch) =>
      pool.query(
        `insert into status_minutes
         select minute, $1, $2, null from generate_series($3::timestamptz, $4::timestamptz, interval '1 minute') minute`,
        [component, state, new Date(from), new Date(to - minuteMs)],
      ),
    async forget(component: string, { from, to }: { from: number; to: number }) {
      await pool.query('delete from status_minutes where component = $1 and minute >= $2 and minute < $3', [
        ...[component, new Date(from), new Date(to)],
      ])
    },
    async plan(component: string, { from, to }: { from: number; to: number }) {
      const id = `inc_${from}`
      await pool.query(`insert into incidents values ($1, 'maintenance', false, 'Planned', null, $2, $3)`, [
        ...[id, new Date(from), new Date(to)],
      ])
      await pool.query('insert into incident_components values ($1, $2)', [id, component])
    },
    async close() {
      await database.close()
      await cluster.stop()
    },
  }
}

export type TestDays = Awaited<ReturnType<typeof startTestDays>>

/** The instant so many days and minutes before another. */
export const before = (atMs: number, days: number, minutes = 0): number =>
  atMs - days * dayMs - minutes * minuteMs
