// How models are doing, by what became of the requests that customers made: nobody has to be asked for that.
import { componentOfModel } from './component.ts'
import { degradedShare, downShare, type Evidence } from './evidence.ts'
import type { Finding, FoundState } from './finding.ts'
import { minuteMs } from './minute.ts'

/** A model that is offered, and whether each of its targets is tried last after failures. */
export type OfferedModel = { id: string; targetsOpen: readonly boolean[] }

/** A model that nobody asks any more stays for so long what it was found to be. */
const memoryMs = 60 * minuteMs

const enough = 3

/** What evidence says of a model; null where it is too little to tell. */
export function judgeEvidence({ requests, faults }: Evidence): FoundState | null {
  if (requests < enough) return requests > faults ? 'operational' : null
  if (faults >= downShare * requests) return 'down'
  return faults >= enough && faults >= degradedShare * requests ? 'degraded' : 'operational'
}

/** Judges models minute after minute. */
export function createModelJudge() {
  const lastFound = new Map<string, { state: FoundState; atMs: number }>()

  function stateOf({ id, targetsOpen }: OfferedModel, evidence: Evidence, nowMs: number): FoundState {
    const judged = judgeEvidence(evidence)
    const isShut = targetsOpen.length > 0 && targetsOpen.every(Boolean)
    const found = isShut ? 'down' : judged
    if (found) {
      lastFound.set(id, { state: found, atMs: nowMs })
      return found
    }
    const before = lastFound.get(id)
    return before && nowMs - before.atMs < memoryMs ? before.state : 'operational'
  }

  /** How each is, in their order. `evidence` is by model. */
  return (
    models: readonly OfferedModel[],
    evidence: ReadonlyMap<string, Evidence>,
    nowMs: number,
  ): Finding[] =>
    models.map((model) => {
      const counted = evidence.get(model.id) ?? { requests: 0, faults: 0 }
      return {
        component: componentOfModel(model.id).id,
        state: stateOf(model, counted, nowMs),
        latencyMs: null,
        errorRate: counted.requests > 0 ? (100 * counted.faults) / counted.requests : null,
      }
    })
}
