import type pg from 'pg'
import { listWholeMonths } from './partitions.ts'
import { inPatience } from './patient.ts'
import { type Proof, together, verifyDays, verifyRollups } from './verify.ts'

const dayMs = 86_400_000
const daysProven = 35

/** Proves the rollups of every month that the ledger has as a whole, and the sums of the days that were over last. */
export async function proveSums(pool: pg.Pool): Promise<Proof> {
  const proofs: Proof[] = []
  for (const month of await listWholeMonths(pool)) proofs.push(await verifyRollups(pool, month))
  for (const day of await daysClosed(pool)) {
    const span = { from: day.at.getTime(), to: day.at.getTime() + dayMs }
    const proof = await verifyDays(pool, day.organisationId, span)
    // What comes in between opens it: until it is summed anew nobody reads these.
    if (!(await isReopened(pool, day))) proofs.push(proof)
  }
  return together(proofs)
}

type OrganisationDay = { organisationId: string; at: Date }

async function daysClosed(pool: pg.Pool): Promise<OrganisationDay[]> {
  const { rows } = await inPatience(pool, (query) =>
    query<OrganisationDay>(
      `select distinct organisation_id as "organisationId", date_trunc('day', bucket_at, 'UTC') as at
       from usage_rollups cross join usage_closing
       where bucket_at < date_trunc('day', closed_until, 'UTC')
         and bucket_at >= date_trunc('day', closed_until, 'UTC') - make_interval(days => $1)`,
      [daysProven],
    ),
  )
  return rows
}

async function isReopened(pool: pg.Pool, { organisationId, at }: OrganisationDay): Promise<boolean> {
  const { rows } = await pool.query(
    `select from usage_reopened where organisation_id = $1 and day = ($2::timestamptz at time zone 'UTC')::date`,
    [organisationId, at],
  )
  return rows.length > 0
}
