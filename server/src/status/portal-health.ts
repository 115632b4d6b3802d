// How the portal itself is doing: a door that opens for a probe may still fail those who come through it.
import { degradedShare, downShare, type Evidence } from './evidence.ts'
import type { Finding, FoundState } from './finding.ts'

/** Fewer failures than this raise no alarm. */
const enough = 5

const badness: Record<FoundState, number> = { operational: 0, degraded: 1, down: 2 }

/** What the portal's share in requests says of it. */
function judge({ requests, faults }: Evidence): FoundState {
  if (faults < enough || faults < degradedShare * requests) return 'operational'
  return faults < downShare * requests ? 'degraded' : 'down'
}

/** What was probed, or what the evidence by component says where that is worse. */
export const judgePortal = (probed: readonly Finding[], evidence: ReadonlyMap<string, Evidence>): Finding[] =>
  probed.map((finding) => {
    const counted = evidence.get(finding.component) ?? { requests: 0, faults: 0 }
    const state = judge(counted)
    if (badness[state] <= badness[finding.state]) return finding
    return { ...finding, state, errorRate: (100 * counted.faults) / counted.requests }
  })
