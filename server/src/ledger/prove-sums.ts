import type pg from 'pg'
import { listMonths } from './partitions.ts'
import { type Proof, together, verifyDay, verifyRollups } from './verify.ts'

const daysProven = 35

/** Proves the rollups of every month that the ledger has, and the sums of the days that were closed last. */
export async function proveSums(pool: pg.Pool): Promise<Proof> {
  const proofs: Proof[] = []
  for (const month of await listMonths(pool)) proofs.push(await verifyRollups(pool, month))
  const { rows } = await pool.query<{ organisation_id: string; day: string }>(
    `select organisation_id, to_char(day, 'YYYY-MM-DD') as day from usage_days
     where is_closed and day > (select max(day) from usage_days) - $1::int`,
    [daysProven],
  )
  for (const { organisation_id, day } of rows) proofs.push(await verifyDay(pool, organisation_id, day))
  return together(proofs)
}
