import type pg from 'pg'

/** Makes the ledger's partitions of the month (UTC) of `atMs` and of the `following` months, where missing. */
export async function ensurePartitions(pool: pg.Pool, atMs: number, following: number): Promise<void> {
  const at = new Date(atMs)
  for (let month = 0; month <= following; month++) {
    const first = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + month))
    await pool.query('select ensure_ledger_partition($1)', [first.toISOString()])
  }
}
