import type pg from 'pg'
import { groupColumns, histogramsOf, rollupSums, rollupsOf } from './statement.ts'

/** A sum that does not agree with the rows of the ledger; a side that is missing is null. */
export type RollupDifference = {
  table: 'usage_rollups' | 'usage_histograms'
  kept: Record<string, unknown> | null
  expected: Record<string, unknown> | null
}

/** Proves that every rollup and histogram is the sum of the ledger's rows, as of one moment each. */
export async function verifyRollups(
  pool: pg.Pool,
): Promise<{ checked: number; differences: RollupDifference[] }> {
  const rollups = await compare(pool, {
    table: 'usage_rollups',
    expected: rollupsOf('ledger_requests'),
    key: groupColumns,
    values: [...Object.keys(rollupSums), 'last_request_at'],
  })
  const histograms = await compare(pool, {
    table: 'usage_histograms',
    expected: histogramsOf('ledger_requests'),
    key: `${groupColumns}, measure, bin`,
    values: ['requests'],
  })
  return {
    checked: rollups.checked + histograms.checked,
    differences: [...rollups.differences, ...histograms.differences],
  }
}

type Comparison = { table: RollupDifference['table']; expected: string; key: string; values: string[] }

async function compare(pool: pg.Pool, { table, expected, key, values }: Comparison) {
  const list = (alias: string) => values.map((name) => `${alias}.${name}`).join(', ')
  const { rows } = await pool.query<{ checked: number; differences: RollupDifference[] | null }>(
    `with expected as (${expected}), compared as (
       select to_json(k) as kept, to_json(e) as expected,
         row(${list('k')}) is distinct from row(${list('e')}) as differs
       from ${table} k full join expected e using (${key}))
     select count(*)::int as checked,
       json_agg(json_build_object('table', '${table}', 'kept', kept, 'expected', expected)) filter (where differs) as differences
     from compared`,
  )
  return { checked: rows[0]?.checked ?? 0, differences: rows[0]?.differences ?? [] }
}
