import type { UpstreamFailure } from '../providers/index.ts'

type Candidate = { name: string; weight: number }

/** Targets in the order to try them: drawn by weight, those whose circuit is open last. */
export function orderTargets<T extends Candidate>(
  targets: readonly T[],
  { isOpen, random }: { isOpen: (name: string) => boolean; random: () => number },
): T[] {
  if (targets.length === 1) return [...targets]
  const keyed = targets.map((target) => ({
    target,
    isLast: isOpen(target.name),
    // Efraimidis and Spirakis 2006: sorting by u^(1/w) draws without replacement by weight.
    key: random() ** (1 / target.weight),
  }))
  return keyed
    .sort((a, b) => Number(a.isLast) - Number(b.isLast) || b.key - a.key)
    .map(({ target }) => target)
}

/** What a failed attempt allows: nothing, another target, or this one again too. */
export type Recovery = 'none' | 'elsewhere' | 'again'

const attemptsMax = 3
const retryAfterMsMax = 2000
const firstBackoffMs = 100

/** Statuses that find fault with the portal's own credentials or account, not with the client's request. */
export const ownFaults: ReadonlySet<number> = new Set([401, 402, 403, 407])

export function recoveryFrom({ kind, status, retryAfterMs }: UpstreamFailure): Recovery {
  if (kind === 'timeout') return 'elsewhere'
  if (status === null || status >= 500 || status === 408) return 'again'
  if (status === 429) return (retryAfterMs ?? 0) <= retryAfterMsMax ? 'again' : 'elsewhere'
  // A redirect is not followed, a model not known there: that target is set up wrong.
  return status < 400 || status === 404 || status === 410 || ownFaults.has(status) ? 'elsewhere' : 'none'
}

/** The next target to try and how long to wait before, or null when the failure stands. */
export function nextAttempt<T extends Candidate>(state: {
  order: readonly T[]
  attempts: number
  failure: UpstreamFailure
  random: () => number
}): { target: T; waitMs: number } | null {
  const { order, attempts, failure, random } = state
  const recovery = recoveryFrom(failure)
  if (recovery === 'none' || attempts >= attemptsMax) return null
  const fresh = order[attempts]
  if (fresh) return { target: fresh, waitMs: 0 }
  const again = order[order.length - 1]
  if (recovery !== 'again' || !again) return null
  const backoffMs = firstBackoffMs * 2 ** (attempts - 1) * (0.5 + random())
  return { target: again, waitMs: Math.max(backoffMs, failure.retryAfterMs ?? 0) }
}
