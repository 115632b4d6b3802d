import type { Exchange } from '../providers/index.ts'

type Reason = 'reader' | 'tokens'

/** Holds the upstream back for as long as anything speaks against reading on. */
export type Valve = {
  shut(reason: Reason): void
  open(reason: Reason): void
  /** Moves to the upstream that is read from now on. */
  attach(next: Exchange): void
}

export function createValve(): Valve {
  const reasons = new Set<Reason>()
  let exchange: Exchange | null = null
  return {
    shut(reason) {
      reasons.add(reason)
      exchange?.pause()
    },
    open(reason) {
      if (reasons.delete(reason) && reasons.size === 0) exchange?.resume()
    },
    attach(next) {
      exchange = next
      if (reasons.size > 0) next.pause()
    },
  }
}
