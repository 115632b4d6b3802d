// What the last proof of all sums found, kept in the database: every process tells it, and so does the next.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

/** How many sums were checked and differ, and when that was found out, in milliseconds since 1970. */
export type ProofFound = { differences: number; checked: number; at: number }

/** Keeps what was found, instead of what was before. */
export async function keepProof(db: Kysely<Tables>, { differences, checked, at }: ProofFound): Promise<void> {
  const found = { differences, checked, proven_at: new Date(at) }
  await db
    .insertInto('usage_proof')
    .values(found)
    .onConflict((conflict) => conflict.column('only_row').doUpdateSet(found))
    .execute()
}

/** What was found last; null before the first proof. */
export async function readProof(db: Kysely<Tables>): Promise<ProofFound | null> {
  const row = await db.selectFrom('usage_proof').selectAll().executeTakeFirst()
  return row ? { differences: row.differences, checked: row.checked, at: row.proven_at.getTime() } : null
}
