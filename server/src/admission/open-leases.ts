import type { HeldLease } from './held-lease.ts'

/**
 * The leases of one process, oldest first. All live equally long, so the first to expire is at the front, and no
 * lease needs a timer.
 */
export class OpenLeases {
  readonly #leases = new Set<HeldLease>()
  /** No lease expires before this; it may lie too early, never too late. */
  #nextExpiryAt = Number.POSITIVE_INFINITY

  get size(): number {
    return this.#leases.size
  }

  /** Tokens held by all leases. */
  get heldTokens(): number {
    let held = 0
    for (const lease of this.#leases) held += lease.heldTokens
    return held
  }

  /** Adds a lease that expires no sooner than those before it. */
  add(lease: HeldLease): void {
    this.#leases.add(lease)
    this.#nextExpiryAt = Math.min(this.#nextExpiryAt, lease.expiresAt)
  }

  /** Removes a lease that has ended. */
  delete(lease: HeldLease): void {
    this.#leases.delete(lease)
  }

  /** Ends every lease whose time is over at `now`. */
  expire(now: number): void {
    if (now < this.#nextExpiryAt) return
    this.#nextExpiryAt = Number.POSITIVE_INFINITY
    for (const lease of this.#leases) {
      if (lease.expiresAt > now) {
        this.#nextExpiryAt = lease.expiresAt
        return
      }
      lease.expire()
    }
  }
}
