import type pg from 'pg'
import { byDay, bySlot, keyOf, rowsOf, type Shape, selectSums, values } from './coarse-sums.ts'
import { inPatience } from './patient.ts'
import { groupColumns, histogramsOf, rollupSums, rollupsOf } from './statement.ts'

/** A sum that does not agree with what it is the sum of; a side that is missing is null. */
export type RollupDifference = {
  table: string
  kept: Record<string, unknown> | null
  expected: Record<string, unknown> | null
}

/** What was compared, and what of it differs. */
export type Proof = { checked: number; differences: RollupDifference[] }

/** Milliseconds since 1970, whole quarters of an hour; `to` is not part of it. */
export type Span = { from: number; to: number }

const always: Span = { from: 0, to: Date.UTC(9999, 0) }

/** Proves that every rollup and histogram of a span is the sum of the ledger's rows, as of one moment each. */
export async function verifyRollups(pool: pg.Pool, { from, to }: Span = always): Promise<Proof> {
  const span = [new Date(from).toISOString(), new Date(to).toISOString()]
  const within = (table: string, at: string) => `(select * from ${table} where ${at} >= $1 and ${at} < $2)`
  const rows = within('ledger_requests', 'started_at')
  const kept = (table: string) => ({ table, kept: within(table, 'bucket_at') })
  return together([
    await compare(pool, {
      ...kept('usage_rollups'),
      ...{ expected: rollupsOf(rows), key: groupColumns },
      ...{ values: [...rollupSums, 'last_request_at'], parameters: span },
    }),
    await compare(pool, {
      ...kept('usage_histograms'),
      ...{ expected: histogramsOf(rows), key: `${groupColumns}, measure, bin`, values: ['requests'] },
      parameters: span,
    }),
  ])
}

/** Proves that an organisation's half hours and days of a span of whole days (UTC) are the sums of its rollups. */
export async function verifyDays(pool: pg.Pool, organisationId: string, { from, to }: Span): Promise<Proof> {
  const compared = (shape: Shape) =>
    compare(pool, {
      table: shape.table,
      kept: `(select * from ${rowsOf(shape)})`,
      ...{ expected: selectSums(shape), key: keyOf(shape).join(', '), values },
      parameters: [organisationId, new Date(from).toISOString(), new Date(to).toISOString()],
    })
  return together([await compared(byDay), await compared(bySlot)])
}

/** Proofs as one. */
export const together = (proofs: readonly Proof[]): Proof => ({
  checked: proofs.reduce((sum, { checked }) => sum + checked, 0),
  differences: proofs.flatMap(({ differences }) => differences),
})

type Comparison = {
  table: string
  /** A select in brackets. */
  kept: string
  expected: string
  key: string
  values: readonly string[]
  parameters: string[]
}

async function compare(
  pool: pg.Pool,
  { table, kept, expected, key, values, parameters }: Comparison,
): Promise<Proof> {
  const list = (alias: string) => values.map((name) => `${alias}.${name}`).join(', ')
  const { rows } = await inPatience(pool, (query) =>
    query<{ checked: number; differences: RollupDifference[] | null }>(
      `with expected as (${expected}), compared as (
         select to_json(k) as kept, to_json(e) as expected,
           row(${list('k')}) is distinct from row(${list('e')}) as differs
         from ${kept} k full join expected e using (${key}))
       select count(*)::int as checked,
         json_agg(json_build_object('table', '${table}', 'kept', kept, 'expected', expected)) filter (where differs) as differences
       from compared`,
      parameters,
    ),
  )
  return { checked: rows[0]?.checked ?? 0, differences: rows[0]?.differences ?? [] }
}
