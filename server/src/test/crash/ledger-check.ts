// What must be true of the ledger after any accident.
import { expect } from 'vitest'
import { verifyRollups } from '../../ledger/index.ts'
import type { Outcome } from './client.ts'
import type { House } from './house.ts'
import { eventually } from './processes.ts'

/** A settled row. */
export type Row = { status: string; estimated: boolean; attempts: number; input: number; output: number }

/** The settled rows by request id. */
export type LedgerView = { rows: Map<string, Row>; settled: number }

/**
 * Checks that every request has at most one settled row, that every whole answer has one with at least the tokens
 * its client knows of, that no hold is left, and that the rollups are the sums of the rows.
 */
export async function checkLedger(house: House, outcomes: readonly Outcome[]): Promise<LedgerView> {
  const pool = house.openPool()
  try {
    await eventually(async () => {
      const holds = await pool.query('select id, node_id from ledger_holds')
      expect(holds.rows, 'holds are left').toEqual([])
    }, 10_000)
    const { rows } = await pool.query(
      `select id, status, estimated, attempts, input_tokens::int as input, output_tokens::int as output
       from ledger_requests where correction = 0`,
    )
    const view = { rows: new Map<string, Row>(rows.map((row) => [row.id, row])), settled: rows.length }
    expect(view.settled, 'requests with two rows').toBe(view.rows.size)
    const whole = outcomes.filter(({ isWhole }) => isWhole)
    const faults = whole.filter((outcome) => !isRecorded(outcome, view))
    expect(faults, 'whole answers that are not recorded as they were given').toEqual([])
    expect((await verifyRollups(pool)).differences).toEqual([])
    return view
  } finally {
    await pool.end()
  }
}

function isRecorded({ requestId, tokens }: Outcome, { rows }: LedgerView): boolean {
  const row = rows.get(requestId ?? '')
  if (row?.status !== 'ok') return false
  return !tokens || (row.input >= tokens.input && row.output >= tokens.output)
}
