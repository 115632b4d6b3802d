import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Done, instant, text } from './text.ts'

const tag = 'Webhooks'

/** How many webhooks an organisation may have. */
export const webhooksMax = 20

/** What webhooks can be told of. */
export const WebhookEventType = z.enum(['alert.triggered', 'alert.resolved', 'alert.test'])
export type WebhookEventType = z.infer<typeof WebhookEventType>

const Events = z
  .array(WebhookEventType)
  .min(1, 'Choose at least one event.')
  .refine((all) => new Set(all).size === all.length, 'Name each event once.')

const given = {
  url: z.string().trim().max(500).describe('Where events are posted to: https://, on port 443 or 8443.'),
  description: text(100).describe('What it is for.'),
  events: Events,
  enabled: z.boolean(),
}

/** A new webhook; unless said it is on, and told of everything. */
export const CreateWebhookBody = z.strictObject({
  url: given.url,
  description: given.description.default(''),
  events: given.events.default([...WebhookEventType.options]),
  enabled: given.enabled.default(true),
})
export type CreateWebhookBody = z.output<typeof CreateWebhookBody>

/** Changes to one; what is left out stays. */
export const UpdateWebhookBody = z.strictObject(given).partial()
export type UpdateWebhookBody = z.output<typeof UpdateWebhookBody>

/** An address that is told of events, as it is shown. */
export const Webhook = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  events: z.array(WebhookEventType),
  enabled: z.boolean(),
  disabledReason: z.string().nullable().describe('Why the portal turned it off itself.'),
  failingSince: instant.nullable().describe('Since when nothing has reached it.'),
  oldSecretValidUntil: instant
    .nullable()
    .describe('Until then everything is signed with the secret before, too.'),
  createdAt: instant,
})
export type Webhook = z.infer<typeof Webhook>

/** The same with what signs its events. */
export const WebhookWithSecret = Webhook.extend({
  secret: z.string().describe('whsec_ and 32 bytes in base64. It is shown once.'),
})
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>

/** How something is told. */
export const DeliveryChannel = z.enum(['mail', 'slack', 'webhook'])
export type DeliveryChannel = z.infer<typeof DeliveryChannel>

/** Something that is on its way to somebody, or arrived, or did not. */
export const Delivery = z.object({
  id: z.string(),
  channel: DeliveryChannel,
  event: z.string().describe('alert.triggered, alert.resolved, alert.test, webhook.ping.'),
  destination: z
    .string()
    .describe('A mail address, the host of a Slack address, or the address of a webhook.'),
  status: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.number(),
  lastStatus: z.number().nullable().describe('Of HTTP.'),
  lastError: z.string().nullable(),
  lastAttemptAt: instant.nullable(),
  nextAttemptAt: instant.nullable(),
  createdAt: instant,
})
export type Delivery = z.infer<typeof Delivery>

/** The same with what was sent and how it was answered. */
export const DeliveryInFull = Delivery.extend({
  body: z.string().nullable().describe('What was sent; null for mails.'),
  response: z.string().nullable().describe('How its last answer began.'),
})
export type DeliveryInFull = z.infer<typeof DeliveryInFull>

const WebhookParams = z.strictObject({ webhookId: z.string() })
const DeliveryParams = z.strictObject({ deliveryId: z.string() })

export const webhookEndpoints = {
  list: endpoint({
    method: 'GET',
    path: '/api/webhooks',
    tag,
    summary:
      'The webhooks of your organisation. For owners, admins and billing, like all that is done with them.',
    scope: 'read',
    output: z.object({
      data: z.array(Webhook).describe('Empty for those who may not.'),
      mayManage: z.boolean(),
    }),
    status: 200,
    errors: [],
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/webhooks',
    tag,
    summary: `Have events posted to an address. At most ${webhooksMax} in an organisation.`,
    scope: 'person',
    isPersonal: true,
    body: CreateWebhookBody,
    output: WebhookWithSecret,
    status: 201,
    errors: ['invalid_request', 'conflict'],
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/api/webhooks/:webhookId',
    tag,
    summary: 'Change a webhook.',
    scope: 'person',
    isPersonal: true,
    params: WebhookParams,
    body: UpdateWebhookBody,
    output: Webhook,
    status: 200,
    errors: ['invalid_request', 'not_found'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/webhooks/:webhookId',
    tag,
    summary: 'Delete a webhook. For a day it can be restored.',
    scope: 'person',
    params: WebhookParams,
    output: Done,
    status: 200,
    errors: ['not_found'],
  }),
  restore: endpoint({
    method: 'POST',
    path: '/api/webhooks/:webhookId/restore',
    tag,
    summary: 'Bring a webhook back that was deleted within the last day.',
    scope: 'person',
    params: WebhookParams,
    output: Webhook,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  rotateSecret: endpoint({
    method: 'POST',
    path: '/api/webhooks/:webhookId/rotate-secret',
    tag,
    summary: 'A new secret; for 24 hours events are signed with the one before, too.',
    scope: 'person',
    isPersonal: true,
    params: WebhookParams,
    output: WebhookWithSecret,
    status: 200,
    errors: ['not_found'],
  }),
  ping: endpoint({
    method: 'POST',
    path: '/api/webhooks/:webhookId/ping',
    tag,
    summary: 'Post a webhook.ping, whatever events were chosen. 20 times an hour in an organisation.',
    scope: 'person',
    params: WebhookParams,
    output: Delivery,
    status: 200,
    errors: ['not_found', 'conflict', 'rate_limit_exceeded'],
  }),
  deliveries: endpoint({
    method: 'GET',
    path: '/api/webhooks/:webhookId/deliveries',
    tag,
    summary: 'What was sent to a webhook within the last 30 days, newest first.',
    scope: 'read',
    params: WebhookParams,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().optional().describe('The nextCursor of the page before.'),
    }),
    output: z.object({ data: z.array(Delivery), nextCursor: z.string().nullable() }),
    status: 200,
    errors: ['invalid_request', 'not_found'],
  }),
}

export const deliveryEndpoints = {
  get: endpoint({
    method: 'GET',
    path: '/api/deliveries/:deliveryId',
    tag,
    summary: 'What was sent and how it was answered.',
    scope: 'read',
    params: DeliveryParams,
    output: DeliveryInFull,
    status: 200,
    errors: ['not_found'],
  }),
  redeliver: endpoint({
    method: 'POST',
    path: '/api/deliveries/:deliveryId/redeliver',
    tag,
    summary: 'Send something once more, at once. 60 times an hour in an organisation.',
    scope: 'person',
    params: DeliveryParams,
    output: Delivery,
    status: 200,
    errors: ['not_found', 'conflict', 'rate_limit_exceeded'],
  }),
}
