import { type HoldRow, holdRowFromHold } from './rows.ts'
import type { Hold } from './types.ts'

type OpenHold = { hold: Hold; outputTokens: number; waitsSince: number; mayBeWritten: boolean }

/** Holds of this node that are open, and which of them have news for the database. Times are monotonic. */
export class HoldQueue {
  readonly #open = new Map<string, OpenHold>()
  /** In the order in which they began to wait. */
  readonly #waiting = new Map<string, OpenHold>()
  readonly #nodeId: string

  constructor(nodeId: string) {
    this.#nodeId = nodeId
  }

  /** Holds and checkpoints that wait to be written. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** When the one that has waited longest began to; undefined when none does. */
  get waitsSince(): number | undefined {
    for (const { waitsSince } of this.#waiting.values()) return waitsSince
    return undefined
  }

  open(hold: Hold, at: number): void {
    const opened = { hold, outputTokens: 0, waitsSince: at, mayBeWritten: false }
    this.#open.set(hold.id, opened)
    this.#waiting.set(hold.id, opened)
  }

  checkpoint(id: string, outputTokens: number, at: number): void {
    const open = this.#open.get(id)
    if (!open) return
    open.outputTokens = outputTokens
    if (!this.#waiting.has(id)) this.#wait(id, open, at)
  }

  /** Forgets the hold, and says whether the database may know it. */
  close(id: string): boolean {
    const open = this.#open.get(id)
    this.#open.delete(id)
    this.#waiting.delete(id)
    return !open || open.mayBeWritten
  }

  /** Takes rows to write, at most `max`, of holds that have waited since `since` or longer. */
  take(since: number, max: number): HoldRow[] {
    const rows: HoldRow[] = []
    for (const [id, open] of this.#waiting) {
      if (open.waitsSince > since || rows.length === max) break
      this.#waiting.delete(id)
      open.mayBeWritten = true
      rows.push(holdRowFromHold(open.hold, open.outputTokens, this.#nodeId))
    }
    return rows
  }

  /** Rows that were taken and not written: those still open wait again. */
  putBack(rows: readonly HoldRow[], at: number): void {
    for (const { id } of rows) {
      const open = this.#open.get(id)
      if (open && !this.#waiting.has(id)) this.#wait(id, open, at)
    }
  }

  #wait(id: string, open: OpenHold, at: number): void {
    open.waitsSince = at
    this.#waiting.set(id, open)
  }
}
