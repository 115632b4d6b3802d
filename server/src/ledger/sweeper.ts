// Settles the holds of nodes that died, from the last checkpoint.
import { microusd, microusdOfTokens } from '@portal/contract'
import type pg from 'pg'
import { jsonFromBigint, type RequestRow, wholeMs } from './rows.ts'

const NODE_DEAD_AFTER = '30 seconds'
export const SWEEP_MAX = 1_000

/** A hold whose node is dead. */
export type DeadHold = {
  started_at: number
  id: string
  node_id: string
  organisation_id: string
  user_id: string
  key_id: string | null
  purpose: string
  dialect: string
  model: string
  target: string | null
  streamed: boolean
  input_tokens: number
  output_tokens: number
  held_tokens: number
  input_price: string | null
  output_price: string | null
  /** Milliseconds from its start to the last that was heard of its node. */
  known_ms: number
}

/** Up to `SWEEP_MAX` holds of dead nodes; with `exclusive`, of every node but this one. */
export async function readDeadHolds(
  pool: pg.Pool,
  { nodeId, exclusive }: { nodeId: string; exclusive: boolean },
): Promise<DeadHold[]> {
  const { rows } = await pool.query<DeadHold>(
    `select extract(epoch from h.started_at)::float8 * 1000 as started_at, h.id, h.node_id, h.organisation_id,
       h.user_id, h.key_id, h.purpose, h.dialect, h.model, h.target, h.streamed,
       h.input_tokens::float8, h.output_tokens::float8, h.held_tokens::float8,
       h.input_microusd_per_million::text as input_price, h.output_microusd_per_million::text as output_price,
       greatest(coalesce(extract(epoch from n.heartbeat_at - h.started_at), 0), 0)::float8 * 1000 as known_ms
     from ledger_holds h left join nodes n on n.id = h.node_id
     where h.node_id <> $1
       and ($2 or n.id is null or n.heartbeat_at < now() - interval '${NODE_DEAD_AFTER}')
     order by h.started_at limit ${SWEEP_MAX}`,
    [nodeId, exclusive],
  )
  return rows
}

/** What a dead node's hold is settled as. */
export function rowFromDeadHold(hold: DeadHold): RequestRow {
  const cost = (tokens: number, price: string | null) =>
    price === null ? null : jsonFromBigint(microusdOfTokens(tokens, microusd(BigInt(price))))
  return {
    started_at: Math.round(hold.started_at),
    id: hold.id,
    node_id: hold.node_id,
    organisation_id: hold.organisation_id,
    user_id: hold.user_id,
    key_id: hold.key_id,
    session_id: null,
    client_request_id: null,
    purpose: hold.purpose,
    dialect: hold.dialect,
    model: hold.model,
    target: hold.target,
    attempts: 1,
    streamed: hold.streamed,
    status: 'node_died',
    error_code: null,
    input_tokens: hold.input_tokens,
    cached_tokens: 0,
    output_tokens: hold.output_tokens,
    reasoning_tokens: 0,
    input_microusd: cost(hold.input_tokens, hold.input_price),
    cached_microusd: hold.input_price === null ? null : 0,
    output_microusd: cost(hold.output_tokens, hold.output_price),
    estimated: true,
    held_tokens: hold.held_tokens,
    latency_ms: wholeMs(hold.known_ms),
    first_token_ms: null,
    audio_ms: null,
  }
}

/** Forgets nodes that are dead and settled: after a day, or at once with `exclusive`. */
export async function forgetDeadNodes(
  pool: pg.Pool,
  { nodeId, exclusive }: { nodeId: string; exclusive: boolean },
): Promise<void> {
  await pool.query(
    `delete from nodes n where n.id <> $1 and ($2 or n.heartbeat_at < now() - interval '1 day')
       and not exists (select from ledger_holds h where h.node_id = n.id)`,
    [nodeId, exclusive],
  )
}
