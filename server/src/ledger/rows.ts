import type { Hold, Settlement } from './types.ts'

/** Columns of ledger_requests as a settlement sends them, with the type each has in JSON. */
export const requestColumns = {
  started_at: 'float8',
  id: 'text',
  node_id: 'text',
  organisation_id: 'text',
  user_id: 'text',
  key_id: 'text',
  session_id: 'text',
  client_request_id: 'text',
  purpose: 'text',
  dialect: 'text',
  model: 'text',
  target: 'text',
  attempts: 'smallint',
  streamed: 'boolean',
  status: 'text',
  error_code: 'text',
  input_tokens: 'bigint',
  cached_tokens: 'bigint',
  output_tokens: 'bigint',
  reasoning_tokens: 'bigint',
  input_microusd: 'bigint',
  cached_microusd: 'bigint',
  output_microusd: 'bigint',
  estimated: 'boolean',
  held_tokens: 'bigint',
  latency_ms: 'integer',
  first_token_ms: 'integer',
  audio_ms: 'integer',
} as const

/** Columns of ledger_holds, likewise. */
export const holdColumns = {
  started_at: 'float8',
  id: 'text',
  node_id: 'text',
  organisation_id: 'text',
  user_id: 'text',
  key_id: 'text',
  purpose: 'text',
  dialect: 'text',
  model: 'text',
  target: 'text',
  streamed: 'boolean',
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  held_tokens: 'bigint',
  input_microusd_per_million: 'bigint',
  output_microusd_per_million: 'bigint',
} as const

type JsonTypes = {
  float8: number
  smallint: number
  integer: number
  bigint: number | string
  boolean: boolean
  text: string
}
type Nullable =
  | 'key_id'
  | 'session_id'
  | 'client_request_id'
  | 'target'
  | 'error_code'
  | 'first_token_ms'
  | 'audio_ms'
  | `${'input' | 'cached' | 'output'}_microusd`
  | `${'input' | 'output'}_microusd_per_million`
type Row<Columns extends Record<string, keyof JsonTypes>> = {
  [K in keyof Columns]: JsonTypes[Columns[K]] | (K extends Nullable ? null : never)
}

/** A settlement as it travels in JSON, to the database and to a spill file. */
export type RequestRow = Row<typeof requestColumns>
/** A hold as it travels in JSON. */
export type HoldRow = Row<typeof holdColumns>

/** The row of a settlement made by a node. */
export function requestRowFromSettlement(s: Settlement, nodeId: string): RequestRow {
  return {
    started_at: s.startedAt,
    id: s.id,
    node_id: nodeId,
    organisation_id: s.organisationId,
    user_id: s.userId,
    key_id: s.keyId,
    session_id: s.sessionId,
    client_request_id: s.clientRequestId,
    purpose: s.purpose,
    dialect: s.dialect,
    model: s.model,
    target: s.target,
    attempts: s.attempts,
    streamed: s.streamed,
    status: s.status,
    error_code: s.errorCode,
    input_tokens: s.inputTokens,
    cached_tokens: s.cachedTokens,
    output_tokens: s.outputTokens,
    reasoning_tokens: s.reasoningTokens,
    input_microusd: jsonFromBigint(s.inputMicrousd),
    cached_microusd: jsonFromBigint(s.cachedMicrousd),
    output_microusd: jsonFromBigint(s.outputMicrousd),
    estimated: s.estimated,
    held_tokens: s.heldTokens,
    latency_ms: wholeMs(s.latencyMs),
    first_token_ms: s.firstTokenMs === null ? null : wholeMs(s.firstTokenMs),
    audio_ms: s.audioMs === null ? null : wholeMs(s.audioMs),
  }
}

/** The row of a hold of a node, with what its stream has produced so far. */
export function holdRowFromHold(hold: Hold, outputTokens: number, nodeId: string): HoldRow {
  return {
    started_at: hold.startedAt,
    id: hold.id,
    node_id: nodeId,
    organisation_id: hold.organisationId,
    user_id: hold.userId,
    key_id: hold.keyId,
    purpose: hold.purpose,
    dialect: hold.dialect,
    model: hold.model,
    target: hold.target,
    streamed: hold.streamed,
    input_tokens: hold.inputTokens,
    output_tokens: outputTokens,
    held_tokens: hold.heldTokens,
    input_microusd_per_million: jsonFromBigint(hold.inputMicrousdPerMillion),
    output_microusd_per_million: jsonFromBigint(hold.outputMicrousdPerMillion),
  }
}

/** A bigint as JSON can carry it: a number where that is exact, else its digits; null stays null. */
export function jsonFromBigint(value: bigint | null): number | string | null {
  if (value === null) return null
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

/** Milliseconds that a PostgreSQL integer takes: a clock set back must not make a row that is refused. */
export function wholeMs(ms: number): number {
  return Math.min(Math.max(Math.round(ms), 0), 2 ** 31 - 1)
}
