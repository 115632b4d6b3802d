// The ledger's background rounds: spilled settlements, holds of the dead, coming months.

import type pg from 'pg'
import type { Log } from '../log/index.ts'
import type { GroupCommit } from './group-commit.ts'
import { ensurePartitions } from './partitions.ts'
import type { Spill } from './spill.ts'
import { forgetDeadNodes, readDeadHolds, rowFromDeadHold, SWEEP_MAX } from './sweeper.ts'
import { LedgerUnavailableError } from './types.ts'

const ROUND_EVERY_MS = 10_000
const PARTITIONS_EVERY_MS = 24 * 60 * 60 * 1000
/** Nobody writes at a spill file this long: its writer is dead. */
const PART_AGE_MS = 60_000
/** After an outage every heartbeat is old: the others get this long before they may be taken for dead. */
const GRACE_MS = 30_000

type Options = {
  pool: pg.Pool
  group: GroupCommit
  spill: Spill
  log: Log
  nodeId: string
  exclusive: boolean
  now: () => number
}

export class Caretaker {
  sweptHolds = 0
  readonly #options: Options
  #timers: NodeJS.Timeout[] = []
  #round: Promise<void> | undefined
  #backAt = Number.NEGATIVE_INFINITY

  constructor(options: Options) {
    this.#options = options
  }

  /** @throws when the database is away */
  async start(): Promise<void> {
    const { group, exclusive } = this.#options
    await ensurePartitions(this.#options.pool, this.#options.now(), 0)
    // The months to come can wait, as for a backup.
    await this.#makePartitions().catch((error) => this.#postpone(error))
    await group.start()
    // Truth before estimates: a spilled settlement closes its hold before the sweep would.
    await this.#replay(exclusive ? 0 : PART_AGE_MS)
    await this.#sweep(exclusive)
    this.#timers = [
      setInterval(() => void this.#goRound(), ROUND_EVERY_MS),
      setInterval(
        () => void this.#makePartitions().catch((error) => this.#postpone(error)),
        PARTITIONS_EVERY_MS,
      ),
    ]
  }

  /** The database answers again. */
  onBack(): void {
    this.#backAt = performance.now()
    void this.#goRound()
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  /** Resolves when no round is under way. */
  async idle(): Promise<void> {
    await this.#round
  }

  #makePartitions(): Promise<void> {
    return ensurePartitions(this.#options.pool, this.#options.now(), 2)
  }

  #goRound(): Promise<void> {
    this.#round ??= this.#tend()
      .catch((error) => this.#postpone(error))
      .finally(() => {
        this.#round = undefined
      })
    return this.#round
  }

  #postpone(error: unknown): void {
    this.#options.log.warn({ err: error }, 'the ledger is tended later')
  }

  async #tend(): Promise<void> {
    if (!this.#options.group.isAvailable) return
    await this.#replay(PART_AGE_MS)
    if (performance.now() - this.#backAt >= GRACE_MS) await this.#sweep(false)
  }

  async #replay(partAgeMinMs: number): Promise<void> {
    const { spill, group, log } = this.#options
    for await (const { rows, remove } of spill.read(partAgeMinMs)) {
      const ends = await Promise.allSettled(rows.map((row) => group.settleSafe(row)))
      // A row that the database refuses was set aside by the group; one that nobody has is still only here.
      if (ends.some((end) => end.status === 'rejected' && end.reason instanceof LedgerUnavailableError))
        return
      await remove()
      log.info({ rows: rows.length }, 'spilled settlements are in the ledger')
    }
  }

  async #sweep(exclusive: boolean): Promise<void> {
    const { pool, group, log, nodeId } = this.#options
    const scope = { nodeId, exclusive }
    for (let isMore = true; isMore; ) {
      const holds = await readDeadHolds(pool, scope)
      await Promise.all(holds.map((hold) => group.settleSafe(rowFromDeadHold(hold))))
      this.sweptHolds += holds.length
      if (holds.length > 0) log.warn({ holds: holds.length }, 'settled requests of a server that died')
      isMore = holds.length === SWEEP_MAX
    }
    await forgetDeadNodes(pool, scope)
  }
}
