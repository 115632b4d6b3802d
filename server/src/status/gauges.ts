import type { StatusReport } from '@portal/contract'
import type { Metrics } from '../metrics/index.ts'
import type { Finding, FoundState } from './finding.ts'

const worth: Record<FoundState, number> = { operational: 1, degraded: 0.5, down: 0 }

/** What the last beat found, told to Prometheus; nothing before the first. */
export function exposeStatus(
  metrics: Metrics,
  {
    findings,
    level,
    beatAtMs,
  }: {
    findings: () => readonly Finding[]
    level: () => StatusReport['serviceLevel'] | null
    beatAtMs: () => number | null
  },
): void {
  const known = <Value>(value: Value | null, read: (value: Value) => number | Map<string, number>) =>
    value === null ? new Map<string, number>() : read(value)
  metrics.gauge(
    'portal_component_state',
    '1 for a component that works, 0.5 with problems, 0 down.',
    () => new Map(findings().map(({ component, state }) => [component, worth[state]])),
  )
  metrics.gauge('portal_component_probe_seconds', 'How long the last probe of a component took.', () => {
    const probed = findings().filter(({ latencyMs }) => latencyMs !== null)
    return new Map(probed.map(({ component, latencyMs }) => [component, (latencyMs ?? 0) / 1000]))
  })
  metrics.gauge(
    'portal_slo_budget_minutes',
    'Minutes of the API that may still be lost, in the month and in 90 days.',
    () =>
      known(
        level(),
        ({ month, last90Days }) =>
          new Map([
            ['month', month.leftMinutes],
            ['90d', last90Days.leftMinutes],
          ]),
      ),
  )
  metrics.gauge(
    'portal_heartbeat_seconds',
    'When the portal looked at itself last, in seconds since 1970.',
    () => known(beatAtMs(), (at) => Math.round(at / 1000)),
  )
}
