import type { MicroUsd, OrganisationId, RequestId, UserId } from '@portal/contract'

type Identity = {
  id: RequestId
  /** Milliseconds since 1970: the time in the id. */
  startedAt: number
  organisationId: OrganisationId
  userId: UserId
  /** Null where the request came without a key. */
  keyId: string | null
  /** What the request was for: `api`, `chat`, `title`, … */
  purpose: string
  dialect: string
  model: string
  target: string | null
  streamed: boolean
}

/** A request under way. */
export type Hold = Identity & {
  inputTokens: number
  heldTokens: number
  /** Null where the model's price is not known. */
  inputMicrousdPerMillion: bigint | null
  outputMicrousdPerMillion: bigint | null
}

export type SettlementStatus = 'ok' | 'client_cancelled' | 'upstream_error' | 'portal_error' | 'node_died'

/** How a request ended, and what it is charged. */
export type Settlement = Identity & {
  sessionId: string | null
  clientRequestId: string | null
  attempts: number
  status: SettlementStatus
  errorCode: string | null
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  reasoningTokens: number
  /** Null where the model's price is not known: unknown, not nothing. */
  inputMicrousd: MicroUsd | null
  cachedMicrousd: MicroUsd | null
  outputMicrousd: MicroUsd | null
  estimated: boolean
  heldTokens: number
  latencyMs: number
  firstTokenMs: number | null
  /** How much sound was transcribed; null where it was none of that. */
  audioMs: number | null
  /** Who answered last; told to those who watch, and not kept. */
  upstream?: Upstream
}

/** The server of a call to a model, and what it said of its answer. */
export type Upstream = {
  /** As the operator calls it. */
  provider: string
  /** Whose API it speaks. */
  kind: string
  /** Null where it is in this process. */
  server: { address: string; port: number } | null
  /** The model's name as it gave it; null where it gave none. */
  model: string | null
  finishReasons: readonly string[]
}

export type LedgerStats = {
  /** Settlements, holds and checkpoints that wait for a commit. */
  queued: number
  /** Settlements written to disk because the database stayed away, since this process began. */
  spilled: number
  /** Files of such that wait on disk now, of earlier processes too. */
  spillFiles: number
  commits: number
  /** Settlements committed. */
  rows: number
  /** Holds of dead nodes settled by this one. */
  sweptHolds: number
}

/** The settlement is safe on disk, but not in the ledger yet: the answer must end as an error. */
export class LedgerUnavailableError extends Error {
  override readonly name = 'LedgerUnavailableError'
}

export type Ledger = {
  /** Records a request under way with a coming commit; never waits. */
  open(hold: Hold): void
  /** Remembers what a stream has produced so far, in case this node dies; never waits. */
  checkpoint(id: RequestId, outputTokens: number): void
  /**
   * Resolves once the row is committed.
   * @param ifSpilled what the row is to say when the answer has to end as an error because the database stayed away
   * @throws LedgerUnavailableError when the row went to a spill file instead
   */
  settle(settlement: Settlement, ifSpilled?: () => Settlement): Promise<void>
  /** False while the last commit failed: new requests must be refused. */
  readonly available: boolean
  /** Registers this node, replays spill files, sweeps the dead, makes partitions, starts the timers. */
  start(): Promise<void>
  /** Commits (or spills) all that waits and signs this node off. */
  close(): Promise<void>
  stats(): LedgerStats
}
