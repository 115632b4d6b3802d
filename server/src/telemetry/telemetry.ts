import type { IncomingHttpHeaders } from 'node:http'
import type { Settlement } from '../ledger/index.ts'
import type { Metrics } from '../metrics/index.ts'
import { modelCallOf } from './model-call.ts'
import type { HttpAnswer, Otlp, OtlpSettings } from './otlp.ts'
import { tellPrometheus } from './scraped.ts'

/** What the portal tells those who watch it. */
export type Telemetry = {
  /** Begins to follow a request; gives what tells of its answer. */
  begin(requestId: string, headers: IncomingHttpHeaders): (answer: HttpAnswer) => void
  /** Tells of a call to a model that was settled. */
  settled(settlement: Settlement): void
  close(): Promise<void>
}

const unwatched: Otlp = { begin: () => () => {}, called: () => {}, close: async () => {} }

/** Builds it: always for Prometheus, and for OpenTelemetry where `otlp` says where to. */
export async function createTelemetry(metrics: Metrics, otlp: OtlpSettings | null): Promise<Telemetry> {
  const tellScraper = tellPrometheus(metrics)
  const open = otlp ? (await import('./otlp.ts')).createOtlp(otlp) : unwatched
  return {
    begin: open.begin,
    settled(settlement) {
      const call = modelCallOf(settlement)
      tellScraper(call)
      open.called(call)
    },
    close: open.close,
  }
}
