// Everything that arrives while one commit runs goes into the next.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../log/index.ts'
import { type Batch, isFault } from './connection.ts'
import { HoldQueue } from './hold-queue.ts'
import type { RequestRow } from './rows.ts'
import type { Spill } from './spill.ts'
import { type Hold, LedgerUnavailableError } from './types.ts'

const ROWS_MAX = 1_000
/** A request that ends sooner never writes its hold. */
const HOLD_DELAY_MS = 25
const BEAT_EVERY_MS = 5_000
const RETRY_MS_MAX = 1_000

type Pending = {
  row: RequestRow
  /** What goes to disk instead when the database stays away. */
  spillRow: () => RequestRow
  /** Whether the database may know its hold. */
  hasHold: boolean
  /** Monotonic; when it must be spilled. */
  deadline: number
  resolve(): void
  reject(error: Error): void
}
type Work = { settles: Pending[]; holds: Batch['holds'] }

type Options = {
  nodeId: string
  settleWaitMs: number
  spill: Spill
  log: Log
  /** Commits a batch, all or nothing; repeatable. */
  commit(batch: Batch): Promise<void>
  /** Tells that this node lives. */
  beat(): Promise<void>
  /** The database answers again. */
  onBack(): void
}

/** The queue before the ledger's one connection. */
export class GroupCommit {
  readonly counts = { spilled: 0, commits: 0, rows: 0 }
  readonly #options: Options
  readonly #holds: HoldQueue
  /** All that are not settled yet, in order of arrival: those of the commit that runs, then the queue. */
  readonly #pending = new Set<Pending>()
  #queue: Pending[] = []
  #running: Promise<void> | undefined
  #holdTimer: NodeJS.Timeout | undefined
  #ticks: NodeJS.Timeout[] = []
  #beatDueAt = 0
  #failures = 0
  #isClosing = false
  /** No more commits: what comes now goes to disk. */
  #isStopped = false

  constructor(options: Options) {
    this.#options = options
    this.#holds = new HoldQueue(options.nodeId)
  }

  get isAvailable(): boolean {
    return this.#failures === 0
  }

  get queued(): number {
    return this.#pending.size + this.#holds.waiting
  }

  async start(): Promise<void> {
    await this.#beat()
    this.#ticks = [
      setInterval(() => void this.#spillUntil(performance.now()), this.#options.settleWaitMs / 20),
      setInterval(() => this.#kick(), BEAT_EVERY_MS),
    ]
  }

  open(hold: Hold): void {
    this.#holds.open(hold, performance.now())
    this.#armHoldTimer()
  }

  checkpoint(id: string, outputTokens: number): void {
    this.#holds.checkpoint(id, outputTokens, performance.now())
    this.#armHoldTimer()
  }

  /**
   * Resolves once the row is committed.
   * @throws LedgerUnavailableError when it was spilled
   */
  settle(row: RequestRow, spillRow: () => RequestRow): Promise<void> {
    return this.#enqueue({ row, spillRow }, performance.now() + this.#options.settleWaitMs)
  }

  /** The same for a row that is safe elsewhere: it waits as long as it takes, and is never spilled. */
  settleSafe(row: RequestRow): Promise<void> {
    return this.#enqueue({ row, spillRow: () => row }, Number.POSITIVE_INFINITY)
  }

  /** The connection broke: finds out at once whether the database is there. */
  probe(): void {
    this.#beatDueAt = 0
    this.#kick()
  }

  /** Commits what waits, or spills it after `settleWaitMs`. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#kick()
    const patience = new AbortController()
    const waited = sleep(this.#options.settleWaitMs, undefined, { signal: patience.signal }).catch(() => {})
    await Promise.race([this.#running, waited])
    patience.abort()
    this.#isStopped = true
    for (const tick of this.#ticks) clearInterval(tick)
    clearTimeout(this.#holdTimer)
    await this.#spillUntil(Number.MAX_VALUE)
    for (const { reject } of this.#pending) reject(new LedgerUnavailableError('The ledger is closed.'))
  }

  #enqueue({ row, spillRow }: Pick<Pending, 'row' | 'spillRow'>, deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const pending = { row, spillRow, hasHold: this.#holds.close(row.id), deadline, resolve, reject }
      this.#pending.add(pending)
      this.#queue.push(pending)
      if (this.#isStopped) void this.#spillUntil(Number.MAX_VALUE)
      else this.#kick()
    })
  }

  #kick(): void {
    this.#running ??= this.#run()
  }

  #armHoldTimer(): void {
    const since = this.#holds.waitsSince
    if (this.#holdTimer || since === undefined || this.#running || this.#isStopped) return
    const onDue = () => {
      this.#holdTimer = undefined
      this.#kick()
    }
    this.#holdTimer = setTimeout(onDue, Math.max(since + HOLD_DELAY_MS - performance.now(), 1))
  }

  async #run(): Promise<void> {
    for (;;) {
      // Lets everyone whom this turn of the event loop serves come along.
      await new Promise(setImmediate)
      const work = this.#take()
      if (!work) break
      await this.#commit(work)
    }
    this.#running = undefined
    this.#armHoldTimer()
  }

  /** What the next commit writes; nothing to write is still work when a heartbeat is due. */
  #take(): Work | undefined {
    const isHopeless = this.#isClosing && !this.isAvailable && this.#queue.length === 0
    if (this.#isStopped || isHopeless) return undefined
    const settles = this.#queue.length > ROWS_MAX ? this.#queue.splice(0, ROWS_MAX) : this.#queue
    if (settles === this.#queue) this.#queue = []
    const now = performance.now()
    const holds = this.#holds.take(this.#isClosing ? now : now - HOLD_DELAY_MS, ROWS_MAX)
    return settles.length > 0 || holds.length > 0 || now >= this.#beatDueAt ? { settles, holds } : undefined
  }

  async #commit(work: Work): Promise<void> {
    try {
      if (performance.now() >= this.#beatDueAt) await this.#beat()
      if (work.settles.length > 0 || work.holds.length > 0) await this.#write(work)
      this.#succeed(work.settles)
    } catch (error) {
      if (isFault(error)) await this.#isolate(work, error as Error)
      else await this.#putBack(work, error)
    }
  }

  async #beat(): Promise<void> {
    await this.#options.beat()
    this.#beatDueAt = performance.now() + BEAT_EVERY_MS
  }

  async #write({ settles, holds }: Work): Promise<void> {
    const rows: RequestRow[] = []
    const drops: Batch['drops'] = { startedAt: [], ids: [] }
    for (const { row, hasHold } of settles) {
      rows.push(row)
      if (!hasHold) continue
      drops.startedAt.push(row.started_at)
      drops.ids.push(row.id)
    }
    await this.#options.commit({ rows, holds, drops })
    this.counts.commits++
    this.counts.rows += rows.length
  }

  #succeed(settles: readonly Pending[]): void {
    const wasAway = !this.isAvailable
    this.#failures = 0
    for (const pending of settles) {
      this.#pending.delete(pending)
      pending.resolve()
    }
    if (wasAway) this.#options.onBack()
  }

  /** Nothing is known about this commit: the same rows go again when the database answers. */
  async #putBack({ settles, holds }: Work, error: unknown): Promise<void> {
    if (this.isAvailable) this.#options.log.warn({ err: error }, 'the ledger cannot reach the database')
    this.#queue = [...settles.filter((pending) => this.#pending.has(pending)), ...this.#queue]
    this.#holds.putBack(holds, performance.now())
    this.#beatDueAt = 0
    this.#failures++
    // Spread, so that many nodes do not return to a database at the same moment.
    await sleep(Math.min(2 ** this.#failures * 5, RETRY_MS_MAX) * (0.5 + Math.random()))
  }

  /** Finds the row that the database refuses for what it says, by halving: it must hold up nobody else. */
  async #isolate({ settles, holds }: Work, error: Error): Promise<void> {
    if (settles.length + holds.length > 1) {
      const [s, h] = [Math.ceil(settles.length / 2), Math.floor(holds.length / 2)]
      await this.#commit({ settles: settles.slice(0, s), holds: holds.slice(0, h) })
      return this.#commit({ settles: settles.slice(s), holds: holds.slice(h) })
    }
    const { log, spill } = this.#options
    log.error({ err: error, row: settles[0]?.row ?? holds[0] }, 'the database refuses a row of the ledger')
    for (const pending of settles) {
      this.#pending.delete(pending)
      await spill.refuse(pending.row).catch((cause) => log.error({ err: cause }, 'cannot set the row aside'))
      pending.reject(error)
    }
  }

  /** Puts on disk, and gives up on, all whose deadline has come. */
  async #spillUntil(deadline: number): Promise<void> {
    const overdue = [...this.#pending].filter((pending) => pending.deadline <= deadline)
    if (overdue.length === 0) return
    for (const pending of overdue) this.#pending.delete(pending)
    this.#queue = this.#queue.filter((pending) => this.#pending.has(pending))
    const rows = overdue.map(({ spillRow }) => spillRow())
    try {
      await this.#options.spill.write(rows)
      this.counts.spilled += rows.length
    } catch (error) {
      this.#options.log.error({ err: error, rows }, 'settlements cannot be spilled and stay in memory')
      for (const row of rows) this.settleSafe(row).catch(() => {})
    }
    for (const { reject } of overdue)
      reject(new LedgerUnavailableError('The database did not answer in time.'))
  }
}
