import type { Settlement } from '../ledger/index.ts'

/** What telemetry tells of a call to a model: figures and names, never what was said, nor who asked. */
export type ModelCall = {
  requestId: string
  /** Milliseconds since 1970. */
  startedAt: number
  seconds: number
  firstTokenSeconds: number | null
  inputTokens: number
  outputTokens: number
  costMicrousd: number
  /** By OpenTelemetry's conventions for generative AI. */
  labels: ModelCallLabels
}

/** Of few values each: metrics keep a series for every combination. */
export type ModelCallLabels = {
  'gen_ai.operation.name': 'chat' | 'transcription'
  'gen_ai.provider.name': string
  'gen_ai.request.model': string
  'error.type'?: string
}

/** What there is to tell of a row of the ledger. */
export function modelCallOf(settlement: Settlement): ModelCall {
  const { id, startedAt, latencyMs, firstTokenMs, inputTokens, outputTokens } = settlement
  const { inputMicrousd, cachedMicrousd, outputMicrousd } = settlement
  return {
    ...{ requestId: id, startedAt, inputTokens, outputTokens },
    seconds: latencyMs / 1000,
    firstTokenSeconds: firstTokenMs === null ? null : firstTokenMs / 1000,
    costMicrousd: Number((inputMicrousd ?? 0n) + (cachedMicrousd ?? 0n) + (outputMicrousd ?? 0n)),
    labels: labelsOf(settlement),
  }
}

const labelsOf = ({ audioMs, target, model, status, errorCode }: Settlement): ModelCallLabels => ({
  'gen_ai.operation.name': audioMs === null ? 'chat' : 'transcription',
  // A target is `provider/model`; what was never sent has none.
  'gen_ai.provider.name': target?.split('/')[0] ?? 'none',
  'gen_ai.request.model': model,
  ...(status !== 'ok' && { 'error.type': errorCode ?? status }),
})
