import type { Admission, AdmissionDeps, AdmissionRequest, Admitted, Refused } from './admission.ts'
import { createSteadyClock } from './clock.ts'
import { type CountedUse, createCounters, type Use } from './counters.ts'
import { HeldLease } from './held-lease.ts'
import { OpenLeases } from './open-leases.ts'
import { hasRoom, parallelRuleOf, refusalBy, requestRulesOf, tokenRulesOf } from './rules.ts'

const LEASE_MAX_MS = 360_000

/**
 * Admission for one process: the counters live in memory, and between the check and the consume of all rules
 * nothing else runs. `now` is epoch ms; where it goes back, time stands still until it has caught up.
 */
export function createInProcessAdmission(deps: AdmissionDeps): Admission {
  const { usage, now = createSteadyClock(), leaseMaxMs = LEASE_MAX_MS } = deps
  const leases = new OpenLeases()
  const counters = createCounters(usage, advance)
  let latest = Number.NEGATIVE_INFINITY

  function advance(): number {
    latest = Math.max(latest, now())
    leases.expire(latest)
    return latest
  }

  function admit(request: AdmissionRequest, use: Use, at: number): Admitted | Refused {
    const tokenRules = tokenRulesOf(request, use)
    const rules = [...requestRulesOf(request, use, at), ...tokenRules, parallelRuleOf(request, use, at)]
    const broken = rules.find((rule) => !hasRoom(rule))
    if (broken) return refusalBy(broken, at)
    const subjects = [use.key, use.organisation]
    const lease = new HeldLease({
      tokenRules,
      inputTokens: request.inputTokens,
      outputTokensMax: request.outputTokensMax,
      expiresAt: at + leaseMaxMs,
      expireLeases: advance,
      onEnd(ended) {
        leases.delete(ended)
        for (const subject of subjects) leave(subject, latest)
      },
    })
    leases.add(lease)
    for (const subject of subjects) enter(subject, at)
    return { admitted: true, lease }
  }

  /** Runs `act` on what is known of the request's subjects, read first if need be, with no await in between. */
  async function withUse<T>(request: AdmissionRequest, act: (use: Use, at: number) => T): Promise<T> {
    for (;;) {
      const at = advance()
      const use = counters.find(request, at)
      if (use) return act(use, at)
      await counters.load(request)
    }
  }

  return {
    consume: (request) => withUse(request, (use, at) => admit(request, use, at)),
    headroom: (request) =>
      withUse(request, (use) =>
        Math.min(...tokenRulesOf(request, use).map(({ limit, used }) => limit - used)),
      ),
    charge: counters.charge,
    uses: counters.uses,
    stats() {
      advance()
      return { openLeases: leases.size, heldTokens: leases.heldTokens }
    },
  }
}

function enter(subject: CountedUse, at: number): void {
  subject.requests.take(at)
  subject.openLeases++
}

/** The time of leaving counts as use: what was settled is not forgotten before the ledger has it. */
function leave(subject: CountedUse, at: number): void {
  subject.openLeases--
  subject.usedAt = at
}
