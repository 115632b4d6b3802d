// What the ledger tells of the last five minutes: what became of the requests that customers made.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { portalComponents } from './component.ts'
import { minuteMs } from './minute.ts'

/** Requests that tell something of whoever had to answer them, and those of them that failed by its fault. */
export type Evidence = { requests: number; faults: number }

/** From which share of failures on something is down, and from which it has problems. */
export const downShare = 0.5
export const degradedShare = 0.05

/** What is known of each model by its name, and of each of the portal's components by its id. */
export type KnownEvidence = { models: Map<string, Evidence>; portal: Map<string, Evidence> }

const windowMs = 5 * minuteMs
/** No request takes longer. */
const deadlineMs = 5 * minuteMs

/** Failures of a model's servers; others are the client's. */
const modelFaults = [
  ...['upstream_error', 'upstream_unreachable', 'upstream_timeout'],
  ...['upstream_refused_us', 'upstream_rate_limited'],
]

type Counts = { model: string; component: string } & Record<
  'ok' | 'modelFaults' | 'all' | 'portalFaults',
  number
>

/** The evidence of the last five minutes, counted where it lies. */
export async function readEvidence(db: Kysely<Tables>, nowMs: number): Promise<KnownEvidence> {
  const { api, chat } = portalComponents
  const { rows } = await sql<Counts>`
    select model, case purpose when 'api' then ${api.id} else ${chat.id} end as component,
      count(*)::integer as "all",
      count(*) filter (where status = 'ok')::integer as ok,
      count(*) filter (where status = 'upstream_error' and error_code = any(${modelFaults}::text[]))::integer
        as "modelFaults",
      count(*) filter (where status in ('portal_error', 'node_died'))::integer as "portalFaults"
    from ledger_requests r
    where started_at > ${new Date(nowMs - windowMs - deadlineMs)}
      and started_at + latency_ms * interval '1 millisecond' > ${new Date(nowMs - windowMs)} and correction = 0
      and status <> 'client_cancelled' and error_code is distinct from 'draining'
      and (status <> 'node_died' or not exists (
        select from ledger_requests truth
        where truth.started_at = r.started_at and truth.id = r.id and truth.correction = 1))
    group by 1, 2`.execute(db)
  const known: KnownEvidence = { models: new Map(), portal: new Map() }
  for (const { model, component, ok, modelFaults: faults, all, portalFaults } of rows) {
    add(known.models, model, { requests: ok + faults, faults })
    add(known.portal, component, { requests: all, faults: portalFaults })
  }
  return known
}

function add(to: Map<string, Evidence>, name: string, { requests, faults }: Evidence): void {
  const before = to.get(name) ?? { requests: 0, faults: 0 }
  to.set(name, { requests: before.requests + requests, faults: before.faults + faults })
}
