import { newId } from '@portal/contract'
import type pg from 'pg'
import type { Log } from '../log/index.ts'
import { Caretaker } from './caretaker.ts'
import { type Batch, isPartitionMissing, LedgerConnection } from './connection.ts'
import { GroupCommit } from './group-commit.ts'
import { ensurePartitions } from './partitions.ts'
import { requestRowFromSettlement } from './rows.ts'
import { Spill } from './spill.ts'
import type { Ledger, Settlement } from './types.ts'

export type LedgerOptions = {
  pool: pg.Pool
  /** Where settlements go that the database cannot take: a folder, made when missing. */
  spillDir: string
  log: Log
  /** No other process uses this database: whatever hold is not ours at start is a dead node's. */
  exclusive: boolean
  /** Is told whose requests were committed. It must neither throw nor take long. */
  onCommitted?: (organisationId: string) => void
  now?: () => number
  settleWaitMs?: number
  /** Hears of every settlement as it was recorded. */
  onSettled?: (settlement: Settlement) => void
}

/** The durable record of every request; one per process. Nothing but `start` may come first. */
export function createLedger(options: LedgerOptions): Ledger {
  const { pool, log, exclusive, now = Date.now, settleWaitMs = 10_000 } = options
  const { onSettled = () => {}, onCommitted = () => {} } = options
  const nodeId = newId('node', now())
  const spill = new Spill({ dir: options.spillDir, nodeId, log })
  const connection = new LedgerConnection({ pool, timeoutMs: settleWaitMs, onBreak: () => group.probe() })
  const group = new GroupCommit({
    nodeId,
    settleWaitMs,
    spill,
    log,
    async commit(batch) {
      await commitInPartitions(batch, { connection, pool })
      for (const { organisation_id } of batch.rows) onCommitted(organisation_id)
    },
    beat: () => connection.beat(nodeId),
    onBack: () => caretaker.onBack(),
  })
  const caretaker = new Caretaker({ pool, group, spill, log, nodeId, exclusive, now })
  return {
    open: (hold) => group.open(hold),
    checkpoint: (id, outputTokens) => group.checkpoint(id, outputTokens),
    async settle(settlement, ifSpilled = () => settlement) {
      let recorded = settlement
      try {
        await group.settle(requestRowFromSettlement(settlement, nodeId), () => {
          recorded = ifSpilled()
          return requestRowFromSettlement(recorded, nodeId)
        })
      } finally {
        onSettled(recorded)
      }
    },
    get available() {
      return group.isAvailable
    },
    start: () => caretaker.start(),
    async close() {
      caretaker.stop()
      await group.close()
      await caretaker.idle()
      if (group.isAvailable) await connection.signOff(nodeId).catch(() => {})
      await connection.close()
    },
    stats: () => ({
      ...{ queued: group.queued, spillFiles: spill.waiting, sweptHolds: caretaker.sweptHolds },
      ...group.counts,
    }),
  }
}

async function commitInPartitions(
  batch: Batch,
  { connection, pool }: { connection: LedgerConnection; pool: pg.Pool },
): Promise<void> {
  try {
    await connection.commit(batch)
  } catch (error) {
    if (!isPartitionMissing(error)) throw error
    for (const { started_at } of batch.rows) await ensurePartitions(pool, started_at, 0)
    await connection.commit(batch)
  }
}
