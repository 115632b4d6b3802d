import type { Settlement, Upstream } from '../ledger/index.ts'

/** What telemetry tells of a call to a model: figures and names, never what was said, nor who asked. */
export type ModelCall = {
  requestId: string
  /** Milliseconds since 1970. */
  startedAt: number
  seconds: number
  firstTokenSeconds: number | null
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  costMicrousd: number
  streamed: boolean
  /** Null where it was sent nowhere, or to what is none of the gateway's. */
  upstream: Upstream | null
  /** By OpenTelemetry's conventions for generative AI. */
  labels: ModelCallLabels
}

/** Of few values each: metrics keep a series for every combination. */
export type ModelCallLabels = {
  'gen_ai.operation.name': 'chat' | 'transcription'
  /** Whose API was spoken. */
  'gen_ai.provider.name': string
  'gen_ai.request.model': string
  /** What the operator calls the provider. */
  'portal.provider': string
  'error.type'?: string
}

/** What there is to tell of a row of the ledger. */
export function modelCallOf(settlement: Settlement): ModelCall {
  const { id, startedAt, latencyMs, firstTokenMs, streamed, upstream = null } = settlement
  const { inputTokens, cachedTokens, outputTokens } = settlement
  const { inputMicrousd, cachedMicrousd, outputMicrousd } = settlement
  return {
    ...{ requestId: id, startedAt, inputTokens, cachedTokens, outputTokens, streamed, upstream },
    seconds: latencyMs / 1000,
    firstTokenSeconds: firstTokenMs === null ? null : firstTokenMs / 1000,
    costMicrousd: Number((inputMicrousd ?? 0n) + (cachedMicrousd ?? 0n) + (outputMicrousd ?? 0n)),
    labels: labelsOf(settlement),
  }
}

/** A client that leaves is no fault of anybody's. */
const isFault = (status: Settlement['status']): boolean => status !== 'ok' && status !== 'client_cancelled'

function labelsOf({ audioMs, target, upstream, model, status, errorCode }: Settlement): ModelCallLabels {
  // A target is `provider/model`; what was never sent has none.
  const [provider = none, name = none] = target?.split('/') ?? []
  return {
    'gen_ai.operation.name': audioMs === null ? 'chat' : 'transcription',
    'gen_ai.provider.name': upstream?.kind ?? engines[name] ?? name,
    'gen_ai.request.model': model,
    'portal.provider': upstream?.provider ?? provider,
    ...(isFault(status) && { 'error.type': errorCode ?? status }),
  }
}

const none = 'none'
/** Engines for speech, by the names that the conventions have for them. */
const engines: Record<string, string> = { 'openai-compatible': 'openai' }
