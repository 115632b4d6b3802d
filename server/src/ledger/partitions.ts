import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import { isLockTimeout } from '../db/index.ts'

/** Makes the ledger's partitions of the month (UTC) of `atMs` and of the `following` months, where missing. */
export async function ensurePartitions(pool: pg.Pool, atMs: number, following: number): Promise<void> {
  const at = new Date(atMs)
  for (let month = 0; month <= following; month++) {
    const first = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + month))
    await ensurePartition(pool, first.toISOString())
  }
}

const triesMax = 10
const pauseMs = 1_000

/** Whoever comes while one waits for the table waits behind it: so it waits for a second, then they go first. */
async function ensurePartition(pool: pg.Pool, at: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await pool.query(`select set_config('lock_timeout', '1s', true), ensure_ledger_partition($1)`, [at])
      return
    } catch (error) {
      if (!isLockTimeout(error) || tries === triesMax) throw error
    }
    await setTimeout(pauseMs)
  }
}

/** The months (UTC) that the ledger has partitions of, oldest first, each from its first instant to the next's. */
export async function listMonths(pool: pg.Pool): Promise<Month[]> {
  const { rows } = await pool.query<{ table: string }>(
    `select relname as table from pg_inherits join pg_class on pg_class.oid = inhrelid
     where inhparent = 'ledger_requests'::regclass order by relname`,
  )
  return rows.flatMap(({ table }) => {
    const [, year, month] = /^ledger_requests_(\d{4})_(\d{2})$/.exec(table) ?? []
    if (year === undefined) return []
    const [from, to] = [0, 1].map((more) => Date.UTC(Number(year), Number(month) - 1 + more))
    return [{ table, from: from ?? 0, to: to ?? 0 }]
  })
}

/** A month of the ledger; milliseconds since 1970. */
export type Month = { table: string; from: number; to: number }

/** Deletes the requests of the months that ended before `atMs`. Their rollups stay. */
export async function dropMonthsBefore(pool: pg.Pool, atMs: number): Promise<string[]> {
  const old = (await listMonths(pool)).filter(({ to }) => to <= atMs)
  for (const { table } of old) {
    // Without holding up those who write meanwhile.
    await pool.query(`alter table ledger_requests detach partition ${table} concurrently`)
    await pool.query(`drop table ${table}`)
  }
  return old.map(({ table }) => table)
}
