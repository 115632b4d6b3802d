import { type AlertList, createAlertList } from './alerts.ts'
import { createMakeChange } from './change.ts'
import { createDelivering, deliveryQueue } from './deliver.ts'
import { createDeliveries, type Deliveries } from './deliveries.ts'
import type { AlertsDeps } from './deps.ts'
import { createEvaluate } from './evaluate.ts'
import { createEvaluator, type Evaluator } from './evaluator.ts'
import { workOnCleanUp } from './jobs.ts'
import { createMailAgain, createNotify } from './notify.ts'
import { createOutgoingAddresses } from './outgoing-address.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

/** Everything about alerts and webhooks. */
export type Alerts = {
  alerts: AlertList
  webhooks: Webhooks
  deliveries: Omit<Deliveries, 'add'>
  /** Looks at alerts once it has started. */
  evaluator: Evaluator
}

/** Builds it, and says who does its jobs. */
export function createAlerts(deps: AlertsDeps): Alerts {
  const { jobs } = deps
  const addresses = createOutgoingAddresses(deps)
  const change = createMakeChange(deps)
  const deliveries = createDeliveries(deps, change, createMailAgain(deps))
  const notify = createNotify({ ...deps, deliveries })
  const evaluator = createEvaluator({ ...deps, evaluate: createEvaluate({ ...deps, notify }) })
  jobs.work(deliveryQueue, createDelivering({ ...deps, addresses }))
  workOnCleanUp(deps)
  return {
    alerts: createAlertList({ ...deps, addresses, notify, touch: evaluator.touch }, change),
    webhooks: createWebhooks({ ...deps, addresses, deliveries }, change),
    deliveries,
    evaluator,
  }
}
