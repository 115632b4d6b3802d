import {
  alertEndpoints,
  deliveryEndpoints,
  type IdKind,
  isId,
  type UpdateAlertBody,
  webhookEndpoints,
} from '@portal/contract'
import { AppError } from '../errors.ts'
import { type Caller, type Mount, type Principal, requireThemselves } from '../http/index.ts'
import type { Asking } from './change.ts'
import type { Alerts } from './service.ts'

const done = { success: true } as const
const askingOf = ({ principal, caller }: { principal: Principal; caller: Caller }): Asking => ({
  principal,
  caller,
})

/** What is no id names nothing, whoever asks. @throws AppError not_found */
function idOf(kind: IdKind, id: string): string {
  if (isId(kind, id)) return id
  throw new AppError('not_found')
}

/** Where Slack posts go is said by people themselves: it stays. @throws AppError impersonated */
function requireOwnAddress({ principal, body }: { principal: Principal; body: UpdateAlertBody }): void {
  if (body.slackUrl) requireThemselves(principal)
}

/** Mounts alerts, webhooks and what was sent. */
export function mountAlerts(mount: Mount, service: Alerts): void {
  mountAlertList(mount, service)
  mountWebhooks(mount, service)
  const { deliveries } = service
  mount(deliveryEndpoints.get, ({ principal, params }) =>
    deliveries.get(principal, idOf('delivery', params.deliveryId)),
  )
  mount(deliveryEndpoints.redeliver, (call) =>
    deliveries.redeliver(askingOf(call), idOf('delivery', call.params.deliveryId)),
  )
}

function mountAlertList(mount: Mount, { alerts }: Alerts): void {
  mount(alertEndpoints.list, ({ principal }) => alerts.list(principal))
  mount(alertEndpoints.create, (call) => {
    requireOwnAddress(call)
    return alerts.create(askingOf(call), call.body)
  })
  mount(alertEndpoints.history, ({ principal, query }) => alerts.history(principal, query))
  mount(alertEndpoints.get, ({ principal, params }) => alerts.get(principal, idOf('alert', params.alertId)))
  mount(alertEndpoints.update, (call) => {
    requireOwnAddress(call)
    return alerts.update(askingOf(call), idOf('alert', call.params.alertId), call.body)
  })
  mount(alertEndpoints.remove, async (call) => {
    await alerts.remove(askingOf(call), idOf('alert', call.params.alertId))
    return done
  })
  mount(alertEndpoints.restore, (call) => alerts.restore(askingOf(call), idOf('alert', call.params.alertId)))
  mount(alertEndpoints.test, (call) => alerts.test(askingOf(call), idOf('alert', call.params.alertId)))
}

function mountWebhooks(mount: Mount, { webhooks }: Alerts): void {
  mount(webhookEndpoints.list, ({ principal }) => webhooks.list(principal))
  mount(webhookEndpoints.create, (call) => webhooks.create(askingOf(call), call.body))
  mount(webhookEndpoints.update, (call) =>
    webhooks.update(askingOf(call), idOf('webhook', call.params.webhookId), call.body),
  )
  mount(webhookEndpoints.remove, async (call) => {
    await webhooks.remove(askingOf(call), idOf('webhook', call.params.webhookId))
    return done
  })
  mount(webhookEndpoints.restore, (call) =>
    webhooks.restore(askingOf(call), idOf('webhook', call.params.webhookId)),
  )
  mount(webhookEndpoints.rotateSecret, (call) =>
    webhooks.rotateSecret(askingOf(call), idOf('webhook', call.params.webhookId)),
  )
  mount(webhookEndpoints.ping, (call) =>
    webhooks.ping(askingOf(call), idOf('webhook', call.params.webhookId)),
  )
  mount(webhookEndpoints.deliveries, ({ principal, params, query }) =>
    webhooks.deliveries(principal, idOf('webhook', params.webhookId), query),
  )
}
