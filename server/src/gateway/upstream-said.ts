import type { Upstream } from '../ledger/index.ts'
import type { Target } from '../models/index.ts'
import { finishReasonsOf, type StreamFrame } from '../providers/index.ts'

/** What the target tried last said of its answer, for those who watch. */
export type UpstreamSaid = {
  /** Forgets what the one before it said. */
  restart(target: Target): void
  heard(answer: Pick<StreamFrame, 'model' | 'json'>): void
  /** Who it was; nobody where nothing was tried. */
  told(): { target: string | null; upstream?: Upstream }
}

export function createUpstreamSaid(): UpstreamSaid {
  let target: string | null = null
  let upstream: Upstream | undefined
  return {
    restart(next) {
      const { name, kind, server } = next.provider
      target = next.name
      upstream = { provider: name, kind, server, model: null, finishReasons: [] }
    },
    heard({ model, json }) {
      if (!upstream) return
      const finishReasons = [...upstream.finishReasons, ...finishReasonsOf(json ?? {})]
      upstream = { ...upstream, finishReasons, ...(typeof model === 'string' && { model }) }
    },
    told: () => ({ target, ...(upstream && { upstream }) }),
  }
}
