// How models are doing, by what became of the requests that customers made: nobody has to be asked for that.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { componentOfModel } from './component.ts'
import type { Finding, FoundState } from './finding.ts'
import { minuteMs } from './minute.ts'

/** A model that is offered, and whether each of its targets is tried last after failures. */
export type OfferedModel = { id: string; targetsOpen: readonly boolean[] }

/** Requests that tell something of a model: those it answered, and those that failed by its servers. */
export type Evidence = { requests: number; faults: number }

const windowMs = 5 * minuteMs
/** No request takes longer. */
const deadlineMs = 5 * minuteMs
/** A model that nobody asks any more stays for so long what it was found to be. */
const memoryMs = 60 * minuteMs

/** Failures of a model's servers; others are the client's. */
const faultCodes = [
  ...['upstream_error', 'upstream_unreachable', 'upstream_timeout'],
  ...['upstream_refused_us', 'upstream_rate_limited'],
]

/** The evidence of the last five minutes, by model. */
export async function readEvidence(db: Kysely<Tables>, nowMs: number): Promise<Map<string, Evidence>> {
  const since = new Date(nowMs - windowMs)
  const { rows } = await sql<Evidence & { model: string }>`
    select model, count(*)::integer as requests, count(*) filter (where status = 'upstream_error')::integer as faults
    from ledger_requests
    where started_at > ${new Date(nowMs - windowMs - deadlineMs)}
      and started_at + latency_ms * interval '1 millisecond' > ${since} and correction = 0
      and (status = 'ok' or (status = 'upstream_error' and error_code = any(${faultCodes}::text[])))
    group by model`.execute(db)
  return new Map(rows.map(({ model, ...evidence }) => [model, evidence]))
}

const enough = 3
const downShare = 0.5
const degradedShare = 0.05

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
