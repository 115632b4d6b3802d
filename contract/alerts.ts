import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Done, instant, nameText, text } from './text.ts'
import { Delivery } from './webhooks.ts'

const tag = 'Alerts'

/** How many alerts an organisation may have. */
export const alertsMax = 50
/** At how many percentages one alert may speak. */
export const thresholdsMax = 10

/** Where recurring steps end, in percent of the limit: a hundred times of it. */
export const recurringStepsEnd = 10_000

/** What is counted: input and output tokens, or what they cost. */
export const AlertMeasure = z.enum(['tokens', 'cost'])
export type AlertMeasure = z.infer<typeof AlertMeasure>

/** How long it is counted: a day in UTC, or a billing period of the organisation. */
export const AlertPeriod = z.enum(['day', 'month'])
export type AlertPeriod = z.infer<typeof AlertPeriod>

const Thresholds = z
  .array(z.int().min(1).max(1000))
  .min(1, 'Name at least one percentage.')
  .max(thresholdsMax, `At most ${thresholdsMax} percentages.`)
  .refine((all) => new Set(all).size === all.length, 'Name each percentage once.')
  .transform((all) => all.toSorted((a, b) => a - b))

/** How much a threshold matters. */
export const AlertSeverity = z.enum(['info', 'warning', 'critical'])
export type AlertSeverity = z.infer<typeof AlertSeverity>

/** Of a threshold in percent. */
export const severityOf = (threshold: number): AlertSeverity =>
  threshold >= 100 ? 'critical' : threshold >= 90 ? 'warning' : 'info'

/** What people read. */
export const severityNames: Record<AlertSeverity, string> = {
  info: 'Info',
  warning: 'Warning',
  critical: 'Critical',
}

const Severity = AlertSeverity.nullable().describe(
  '`info` below 90 %, `warning` below 100 %, `critical` from 100 % on; null where nothing is told.',
)

const Limit = z
  .union([z.literal('plan'), z.number().positive().max(1e12)], {
    error: 'Expected "plan" or a number above 0.',
  })
  .describe('Tokens, or US dollars; "plan" is the tokens that the plan includes in a month.')

const Ids = z.array(text(100)).max(20)

const given = {
  name: nameText(100),
  enabled: z.boolean(),
  measure: AlertMeasure,
  limit: Limit,
  period: AlertPeriod,
  apiKey: text(100).nullable().describe('The id of the one key that is counted; null for all.'),
  model: text(200).min(1).nullable().describe('The one model that is counted; null for all.'),
  thresholds: Thresholds.describe('Percentages of the limit, each told once a period.'),
  recurringStepPercent: z
    .int()
    .min(10)
    .max(1000)
    .nullable()
    .describe(
      `Told again at each further step of so many percent above the highest threshold, or above 100 % where that is higher, up to ${recurringStepsEnd} %; null for thresholds alone.`,
    ),
  mail: z
    .strictObject({
      owners: z.boolean().describe('Whoever owns the organisation at that time.'),
      admins: z.boolean().default(false).describe('Whoever is an admin of it at that time.'),
      userIds: Ids.describe('Members besides.'),
    })
    .describe('Who is told by mail.'),
  slackUrl: z
    .string()
    .trim()
    .max(500)
    .nullable()
    .describe(
      'An incoming webhook of Slack’s, or of what speaks like it. It is kept encrypted and not shown.',
    ),
  webhookIds: Ids.describe('Webhooks that are told.'),
}

/** A new alert; what is left out is the default: all use, the plan’s tokens a month, the owners and admins by mail. */
export const CreateAlertBody = z.strictObject({
  name: given.name,
  enabled: given.enabled.default(true),
  measure: given.measure.default('tokens'),
  limit: given.limit.default('plan'),
  period: given.period.default('month'),
  apiKey: given.apiKey.default(null),
  model: given.model.default(null),
  thresholds: given.thresholds.default([50, 75, 90, 100]),
  recurringStepPercent: given.recurringStepPercent.default(null),
  mail: given.mail.default({ owners: true, admins: true, userIds: [] }),
  slackUrl: given.slackUrl.default(null),
  webhookIds: given.webhookIds.default([]),
})
export type CreateAlertBody = z.output<typeof CreateAlertBody>

/** Changes to one; what is left out stays. */
export const UpdateAlertBody = z.strictObject(given).partial()
export type UpdateAlertBody = z.output<typeof UpdateAlertBody>

const Named = z.object({ id: z.string(), name: z.string().nullable().describe('Null once it is gone.') })

const Amount = z.number().describe('Tokens, or US dollars.')
const SeenAmount = Amount.nullable().describe('Null for those who may not see this use.')

/** How far the period under way has come. */
export const AlertState = z.object({
  from: instant,
  to: instant.describe('When the next period begins.'),
  used: SeenAmount,
  limit: Amount.nullable().describe('Null where the plan has no limit: nothing is told then.'),
  percent: z.number().nullable().describe('Of the limit.'),
  threshold: z
    .number()
    .nullable()
    .describe('The highest percentage that was told and still holds; null where all is quiet.'),
  severity: Severity,
  firedAt: instant.nullable().describe('When that was.'),
})
export type AlertState = z.infer<typeof AlertState>

/** An alert as it is shown. */
export const Alert = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  measure: AlertMeasure,
  limit: z.union([z.literal('plan'), z.number()]),
  period: AlertPeriod,
  apiKey: Named.nullable(),
  model: z.string().nullable(),
  thresholds: z.array(z.number()),
  recurringStepPercent: z.number().nullable(),
  mail: z.object({ owners: z.boolean(), admins: z.boolean(), members: z.array(Named) }),
  slack: z.object({ host: z.string().describe('Where its address leads.') }).nullable(),
  webhooks: z.array(z.object({ id: z.string(), description: z.string() })),
  state: AlertState,
  failure: z
    .object({ channel: z.string(), error: z.string(), at: instant })
    .nullable()
    .describe('What went wrong where somebody could not be told the last time; for those who manage alerts.'),
  createdAt: instant,
})
export type Alert = z.infer<typeof Alert>

/** What an alert can say. */
export const AlertEventType = z.enum(['triggered', 'resolved', 'test'])
export type AlertEventType = z.infer<typeof AlertEventType>

/** Something that an alert has said. */
export const AlertEvent = z.object({
  id: z.string(),
  alertId: z.string(),
  alertName: z.string(),
  type: AlertEventType,
  at: instant,
  measure: AlertMeasure,
  thresholds: z
    .array(z.number())
    .describe('Those that were crossed, or resolved, at once: the highest was told.'),
  severity: Severity,
  used: SeenAmount,
  limit: Amount.nullable(),
  period: AlertPeriod,
  from: instant,
  to: instant,
  reason: z.enum(['back_under', 'new_period']).nullable().describe('Why it is resolved.'),
  deliveries: z.array(Delivery).describe('Empty for those who do not manage alerts.'),
})
export type AlertEvent = z.infer<typeof AlertEvent>

const AlertParams = z.strictObject({ alertId: z.string() })

export const alertEndpoints = {
  list: endpoint({
    method: 'GET',
    path: '/api/alerts',
    tag,
    summary: 'The alerts of your organisation, the first made first, and how far each has come.',
    scope: 'read',
    output: z.object({
      data: z.array(Alert),
      mayManage: z.boolean().describe('Whether you may change them: owners, admins and billing may.'),
    }),
    status: 200,
    errors: [],
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/alerts',
    tag,
    summary: `Make an alert. At most ${alertsMax} in an organisation.`,
    scope: 'person',
    body: CreateAlertBody,
    output: Alert,
    status: 201,
    errors: ['invalid_request', 'not_found', 'conflict'],
  }),
  history: endpoint({
    method: 'GET',
    path: '/api/alerts/history',
    tag,
    summary: 'What alerts have said, newest first, and who could be told.',
    scope: 'read',
    query: z.strictObject({
      alert: text(100).optional().describe('The id of one alert.'),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().optional().describe('The nextCursor of the page before.'),
    }),
    output: z.object({ data: z.array(AlertEvent), nextCursor: z.string().nullable() }),
    status: 200,
    errors: ['invalid_request'],
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/alerts/:alertId',
    tag,
    summary: 'One alert.',
    scope: 'read',
    params: AlertParams,
    output: Alert,
    status: 200,
    errors: ['not_found'],
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/api/alerts/:alertId',
    tag,
    summary: 'Change an alert. For owners, admins and billing, like all that follows.',
    scope: 'person',
    params: AlertParams,
    body: UpdateAlertBody,
    output: Alert,
    status: 200,
    errors: ['invalid_request', 'not_found'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/alerts/:alertId',
    tag,
    summary: 'Delete an alert. For a day it can be restored.',
    scope: 'person',
    params: AlertParams,
    output: Done,
    status: 200,
    errors: ['not_found'],
  }),
  restore: endpoint({
    method: 'POST',
    path: '/api/alerts/:alertId/restore',
    tag,
    summary: 'Bring an alert back that was deleted within the last day.',
    scope: 'person',
    params: AlertParams,
    output: Alert,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  test: endpoint({
    method: 'POST',
    path: '/api/alerts/:alertId/test',
    tag,
    summary: 'Tell everybody whom an alert tells, marked as a test. 10 times an hour in an organisation.',
    scope: 'person',
    params: AlertParams,
    output: AlertEvent,
    status: 200,
    errors: ['not_found', 'conflict', 'rate_limit_exceeded'],
  }),
}
