import type pg from 'pg'
import { groupColumns, histogramsOf, rollupSums, rollupsOf } from './statement.ts'

/** Makes every rollup anew from the ledger's rows, and forgets what was summed of them. For a ledger that nobody writes to meanwhile. */
export async function rebuildRollups(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('set local statement_timeout = 0')
    await client.query(
      'truncate usage_rollups, usage_histograms, usage_reopened, usage_day_rollups, usage_slot_rollups',
    )
    await client.query('update usage_closing set closed_until = null')
    await client.query(
      `insert into usage_rollups (${groupColumns}, ${rollupSums.join(', ')}, last_request_at)
       ${rollupsOf('ledger_requests')}`,
    )
    await client.query(
      `insert into usage_histograms (${groupColumns}, measure, bin, requests) ${histogramsOf('ledger_requests')}`,
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
