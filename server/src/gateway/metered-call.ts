// A call to a model that is no completion: admitted, held and settled by the same limits and in the same ledger.
import { newId, type RequestId } from '@portal/contract'
import type { Principal } from '../http/index.ts'
import type { Settlement } from '../ledger/index.ts'
import { limitsOf } from './admit.ts'
import type { GatewayDeps } from './deps.ts'
import { refusalError } from './refusal.ts'
import { requireService } from './requirements.ts'

type CallIdentity = { principal: Principal; purpose: 'voice'; model: string; target: string }

/** How a call ended, and what of it counts. */
export type CallOutcome = Pick<
  Settlement,
  'status' | 'errorCode' | 'attempts' | 'inputTokens' | 'outputTokens' | 'audioMs'
>

/** A call let in: its place is taken and its hold open until it is settled. */
export type MeteredCall = {
  requestId: RequestId
  /**
   * Resolves once the row is committed; only the first call counts.
   * @throws LedgerUnavailableError when the row went to disk instead
   */
  settle(outcome: CallOutcome): Promise<void>
}

/**
 * Takes a place for a call whose tokens are known at its end, if ever; what it costs is not known here.
 * @throws AppError rate_limit_exceeded, token_limit_exceeded, draining, unavailable
 */
export async function openCall(
  deps: Pick<GatewayDeps, 'admission' | 'ledger' | 'isDraining'>,
  { principal, ...call }: CallIdentity,
): Promise<MeteredCall> {
  requireService(deps)
  const startedAt = Date.now()
  const limits = limitsOf({ principal, nowMs: startedAt })
  const outcome = await deps.admission.consume({ ...limits, inputTokens: 0, outputTokensMax: 1 })
  if (!outcome.admitted) throw refusalError(outcome, 0)
  const { lease } = outcome
  const identity = {
    ...{ id: newId('request', startedAt), startedAt, ...call, dialect: 'portal', streamed: true },
    organisationId: principal.organisationId,
    userId: principal.userId,
    keyId: principal.key?.id ?? null,
  }
  const held = { inputTokens: 0, heldTokens: lease.outputTokens }
  deps.ledger.open({ ...identity, ...held, inputMicrousdPerMillion: null, outputMicrousdPerMillion: null })
  const begunMs = performance.now()
  const settle = async (ended: CallOutcome) => {
    try {
      const latencyMs = performance.now() - begunMs
      await deps.ledger.settle({ ...identity, ...unknown, ...held, ...ended, latencyMs })
    } finally {
      lease.settle(ended.inputTokens + ended.outputTokens)
    }
  }
  let settled: Promise<void> | null = null
  return {
    requestId: identity.id,
    settle(ended) {
      settled ??= settle(ended)
      return settled
    },
  }
}

const unknown = {
  ...{ sessionId: null, clientRequestId: null, cachedTokens: 0, reasoningTokens: 0, estimated: false },
  ...{ inputMicrousd: null, cachedMicrousd: null, outputMicrousd: null, firstTokenMs: null },
}
