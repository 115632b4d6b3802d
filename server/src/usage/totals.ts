import { isError } from './scope.ts'
import type { Sums } from './sums.ts'

/** Sums of rows of every status. */
export type Total = Sums & { errors: number }

const nothing: Total = {
  ...{ requests: 0, unpricedRequests: 0 },
  ...{ inputTokens: 0, cachedTokens: 0, outputTokens: 0, latencyMs: 0, errors: 0 },
  ...{ inputMicrousd: 0n, cachedMicrousd: 0n, outputMicrousd: 0n },
}

/** What rows come to. */
export const totalOf = (rows: readonly (Sums & { status: string })[]): Total =>
  rows.reduce<Total>(
    (sum, row) => ({
      requests: sum.requests + row.requests,
      unpricedRequests: sum.unpricedRequests + row.unpricedRequests,
      inputTokens: sum.inputTokens + row.inputTokens,
      cachedTokens: sum.cachedTokens + row.cachedTokens,
      outputTokens: sum.outputTokens + row.outputTokens,
      inputMicrousd: sum.inputMicrousd + row.inputMicrousd,
      cachedMicrousd: sum.cachedMicrousd + row.cachedMicrousd,
      outputMicrousd: sum.outputMicrousd + row.outputMicrousd,
      latencyMs: sum.latencyMs + row.latencyMs,
      errors: sum.errors + (isError(row.status) ? row.requests : 0),
    }),
    nothing,
  )

/** In whole micro-USD. */
export const costOf = ({ inputMicrousd, cachedMicrousd, outputMicrousd }: Sums): bigint =>
  inputMicrousd + cachedMicrousd + outputMicrousd
