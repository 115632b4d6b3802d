import { microusdOfTokens } from '@portal/contract'
import type { Lease } from '../admission/index.ts'
import type { Ledger, Settlement } from '../ledger/index.ts'
import type { ModelEntry, Target } from '../models/index.ts'
import type { ReportedUsage } from '../providers/index.ts'
import type { FinalUsage } from './dialects/index.ts'
import { createUpstreamSaid, type UpstreamSaid } from './upstream-said.ts'
import type { UsageCount } from './usage-count.ts'

/** Who asked for what, as the ledger's row will say. */
export type RequestIdentity = Pick<
  Settlement,
  | 'id'
  | 'startedAt'
  | 'organisationId'
  | 'userId'
  | 'keyId'
  | 'sessionId'
  | 'clientRequestId'
  | 'purpose'
  | 'dialect'
  | 'streamed'
>

/** How a request ended; it is charged for what was used, or for nothing. */
export type Outcome = { status: Settlement['status']; errorCode?: string; charge: 'used' | 'nothing' }

/** Measures one request and settles it exactly once. */
export type Meter = {
  /** What the request was let in with. */
  readonly inputTokens: number
  attempted(target: Target): void
  /** What the upstream says of its answer, as far as it does. */
  heard: UpstreamSaid['heard']
  /** Something was produced, to be counted if the upstream does not say. */
  produced(text: string): void
  reported(usage: ReportedUsage): void
  /** About how many output tokens there are so far. */
  outputEstimate(): number
  /** How many there are so far, counted. */
  outputCounted(): Promise<number>
  /** What the client is told; counts where the upstream said nothing. */
  usage(): Promise<FinalUsage>
  /** Whether any of it is our count, not the upstream's. */
  isEstimated(): boolean
  /**
   * Resolves once the row is committed; only the first call counts.
   * @param ifSpilled how it ends instead when the database stays away
   * @throws LedgerUnavailableError
   */
  settle(outcome: Outcome, ifSpilled?: Outcome): Promise<void>
}

type MeterDeps = {
  ledger: Ledger
  identity: RequestIdentity
  model: ModelEntry
  lease: Lease
  /** What the request was let in with. */
  inputTokens: number
  count: UsageCount
}

// What a dead node's streams may lose, against a write for each: both must have passed.
const checkpointTokens = 256
const checkpointMs = 5000
const nothingUsed: FinalUsage = { input: 0, cached: 0, cacheWritten: 0, output: 0, reasoning: 0 }

/** Measures a request from its admission on; the hold is opened with the first attempt. */
export function createMeter({ ledger, identity, model, lease, inputTokens, count }: MeterDeps): Meter {
  const held = { inputTokens, heldTokens: inputTokens + lease.outputTokens }
  const startedAt = performance.now()
  const elapsedMs = () => Math.round(performance.now() - startedAt)
  const upstream = createUpstreamSaid()
  let attempts = 0
  let firstTokenMs: number | null = null
  let checkpoint = { tokens: 0, ms: 0 }
  let settled: Promise<void> | null = null

  const isCharged = ({ charge }: Outcome) => charge === 'used' && attempts > 0
  const settlementOf = (outcome: Outcome, used: FinalUsage): Settlement => ({
    ...identity,
    ...{ ...held, ...upstream.told(), attempts, latencyMs: elapsedMs(), firstTokenMs },
    ...charged(used, model),
    model: model.id,
    status: outcome.status,
    errorCode: outcome.errorCode ?? null,
    estimated: isCharged(outcome) && count.isEstimated(),
    audioMs: null,
  })
  const settle = async (outcome: Outcome, ifSpilled = outcome) => {
    // What was never sent costs nothing, however it ended.
    const used = isCharged(outcome) ? await count.final() : nothingUsed
    const usedIfSpilled = isCharged(ifSpilled) ? used : nothingUsed
    let final = used
    try {
      await ledger.settle(settlementOf(outcome, used), () => settlementOf(ifSpilled, usedIfSpilled))
    } catch (error) {
      final = usedIfSpilled
      throw error
    } finally {
      lease.settle(final.input + final.output)
    }
  }

  return {
    inputTokens,
    attempted(next) {
      upstream.restart(next)
      attempts += 1
      count.restart()
      if (attempts === 1) ledger.open({ ...identity, ...holdOf(model), ...held, target: next.name })
    },
    heard: upstream.heard,
    produced(text) {
      if (identity.streamed) firstTokenMs ??= elapsedMs()
      count.produced(text)
      const tokens = count.outputEstimate()
      if (tokens < checkpoint.tokens + checkpointTokens || elapsedMs() < checkpoint.ms + checkpointMs) return
      checkpoint = { tokens, ms: elapsedMs() }
      ledger.checkpoint(identity.id, tokens)
    },
    reported: count.reported,
    outputEstimate: count.outputEstimate,
    outputCounted: count.outputCounted,
    usage: count.final,
    isEstimated: count.isEstimated,
    settle(outcome, ifSpilled) {
      settled ??= settle(outcome, ifSpilled)
      return settled
    },
  }
}

const holdOf = ({ id, price }: ModelEntry) => ({
  model: id,
  inputMicrousdPerMillion: price?.input ?? null,
  outputMicrousdPerMillion: price?.output ?? null,
})

/** Tokens and their price, line by line. */
function charged({ input, cached, output, reasoning }: FinalUsage, { price }: ModelEntry) {
  const cachedTokens = Math.min(cached, input)
  return {
    inputTokens: input,
    cachedTokens,
    outputTokens: output,
    reasoningTokens: reasoning,
    inputMicrousd: price && microusdOfTokens(input - cachedTokens, price.input),
    cachedMicrousd: price && microusdOfTokens(cachedTokens, price.cachedInput),
    outputMicrousd: price && microusdOfTokens(output, price.output),
  }
}
