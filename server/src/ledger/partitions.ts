import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import { isLockTimeout } from '../db/index.ts'
import { inPatience } from './patient.ts'

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

/** A month of the ledger; milliseconds since 1970, `to` is not part of it. */
export type Month = { table: string; from: number; to: number }

/** The months (UTC) that the ledger has partitions of, oldest first. */
export async function listMonths(pool: pg.Pool): Promise<Month[]> {
  return (await listTables(pool)).filter(({ isAttached }) => isAttached)
}

/** Those of which it has every request: none that was dropped, and came again by a request that came late. */
export async function listWholeMonths(pool: pg.Pool): Promise<Month[]> {
  const { rows } = await pool.query<{ since: Date | null }>('select since from ledger_kept')
  const since = rows[0]?.since?.getTime() ?? Number.NEGATIVE_INFINITY
  return (await listMonths(pool)).filter(({ from }) => from >= since)
}

/**
 * Deletes the requests of the months that ended before `atMs`, also where that was begun before. Their rollups stay, and
 * what may still be corrected.
 */
export async function dropMonthsBefore(pool: pg.Pool, atMs: number): Promise<string[]> {
  const old = (await listTables(pool)).filter(({ to }) => to <= atMs)
  // While one is on its way out no other can go.
  for (const { table, isLeaving } of old)
    if (isLeaving) await pool.query(`alter table ledger_requests detach partition ${table} finalize`)
  for (const { table, to, isAttached } of old) {
    await pool.query('update ledger_kept set since = greatest(since, $1)', [new Date(to)])
    // Without holding up those who write meanwhile.
    if (isAttached) await pool.query(`alter table ledger_requests detach partition ${table} concurrently`)
    await inPatience(pool, async (query) => {
      await query(keepSwept(table))
      await query(`drop table ${table}`)
    })
  }
  return old.map(({ table }) => table)
}

/** Keeps what was settled for servers that died, until their truth comes: nobody else's can. */
const keepSwept = (table: string): string =>
  `insert into ledger_swept select * from ${table} swept
   where status = 'node_died' and correction = 0
     and not exists (select from ${table} truth where truth.started_at = swept.started_at and truth.id = swept.id and truth.correction > 0)
   on conflict do nothing`

/** `isLeaving`: its partition was about to be detached when a process died; neither is one that was. */
type MonthTable = Month & { isAttached: boolean; isLeaving: boolean }

async function listTables(pool: pg.Pool): Promise<MonthTable[]> {
  const { rows } = await pool.query<{ table: string; isAttached: boolean; isLeaving: boolean }>(
    `select relname as table, inhdetachpending is false as "isAttached", inhdetachpending is true as "isLeaving"
     from pg_class left join pg_inherits on inhrelid = pg_class.oid
     where relkind = 'r' and relname like 'ledger\\_requests\\_%'
       and relnamespace = (select relnamespace from pg_class where oid = 'ledger_requests'::regclass)
     order by relname`,
  )
  return rows.flatMap((row) => {
    const [, year, month] = /^ledger_requests_(\d{4})_(\d{2})$/.exec(row.table) ?? []
    if (year === undefined) return []
    const [from = 0, to = 0] = [0, 1].map((more) => Date.UTC(Number(year), Number(month) - 1 + more))
    return [{ ...row, from, to }]
  })
}
