import type { Metrics } from '../metrics/index.ts'
import type { TargetHealth } from './breaker.ts'
import type { GatewayDeps } from './deps.ts'

/** What operators watch besides the requests themselves. */
export function exposeGauges(
  metrics: Metrics,
  { admission, ledger, breaker, openRequests }: GatewayDeps,
): void {
  metrics.gauge('portal_open_requests', 'Requests under way.', () => openRequests.size)
  metrics.gauge(
    'portal_open_leases',
    'Places held by requests under way.',
    () => admission.stats().openLeases,
  )
  metrics.gauge(
    'portal_held_tokens',
    'Tokens held for requests under way.',
    () => admission.stats().heldTokens,
  )
  metrics.gauge('portal_ledger_queued', 'Rows waiting for a commit.', () => ledger.stats().queued)
  metrics.gauge(
    'portal_ledger_spill_files',
    'Files of rows that wait on disk for the database.',
    () => ledger.stats().spillFiles,
  )
  metrics.total(
    'portal_ledger_spilled_total',
    'Rows put on disk because the database stayed away.',
    () => ledger.stats().spilled,
  )
  metrics.gauge('portal_ledger_available', '1 while the ledger takes rows.', () => Number(ledger.available))
  const ofTargets = (read: (health: TargetHealth) => number) => () =>
    new Map([...breaker.health()].map(([target, health]) => [target, read(health)]))
  metrics.gauge(
    'portal_target_answers',
    'Answers of each target.',
    ofTargets(({ answers }) => answers),
  )
  metrics.gauge(
    'portal_target_failures',
    'Failures of each target.',
    ofTargets(({ failures }) => failures),
  )
  metrics.gauge(
    'portal_target_open',
    '1 for each target that is tried last after failures.',
    ofTargets(({ isOpen }) => Number(isOpen)),
  )
}
