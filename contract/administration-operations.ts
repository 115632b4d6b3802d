import { z } from 'zod'
import { adminPaging } from './administration-users.ts'
import { AuditAction, AuditEvent } from './audit.ts'
import { endpoint } from './endpoint.ts'
import { Feature } from './features.ts'
import { FileKind } from './files.ts'
import { instant, text } from './text.ts'
import { DeliveryChannel } from './webhooks.ts'

const tag = 'Administration'
const scope = 'administrator'

/** Something that whoever runs the portal should look at. */
const Attention = z.object({
  severity: z.enum(['critical', 'warning']),
  about: z.enum(['database', 'disk', 'jobs', 'mail', 'models', 'ledger', 'organisations']),
  message: z.string(),
})

/** How the portal is. */
export const AdminOverview = z.object({
  version: z.string(),
  node: z.string(),
  startedAt: instant,
  attention: z.array(Attention).describe('The worst first.'),
  parts: z.array(z.object({ name: z.string(), isReady: z.boolean(), detail: z.string() })),
  database: z.object({
    version: z.string(),
    bytes: z.number(),
    connections: z.number(),
    connectionsMax: z.number(),
  }),
  disk: z.object({ bytesFree: z.number(), bytesTotal: z.number() }).nullable(),
  jobs: z.object({ waiting: z.number(), active: z.number(), failed: z.number() }),
  lastHour: z.object({ requests: z.number(), errors: z.number(), tokens: z.number() }),
  targets: z
    .array(z.object({ name: z.string(), answers: z.number(), failures: z.number(), isOpen: z.boolean() }))
    .describe('Of models, since the start; open ones are tried last after failures.'),
  totals: z.object({ users: z.number(), organisations: z.number(), suspended: z.number() }),
})
export type AdminOverview = z.infer<typeof AdminOverview>

/** A kind of background work, and how much of it there is. */
export const JobQueue = z.object({
  name: z.string(),
  waiting: z.number().describe('Those that are tried again included.'),
  retrying: z.number().describe('Those that failed, and wait to be tried again.'),
  retryError: z.string().nullable().describe('What the last of them failed with, without secrets.'),
  active: z.number(),
  failed: z.number().describe('Those that have been given up, of the last week.'),
  schedule: z
    .object({
      times: z.array(z.string()).describe('UTC: `03:40` of every day, or `:05` of every hour.'),
      lastRunAt: instant.nullable(),
      nextRunAt: instant.nullable(),
    })
    .nullable(),
})
export type JobQueue = z.infer<typeof JobQueue>

/** A job that was given up. */
export const FailedJob = z.object({
  id: z.string(),
  queue: z.string(),
  data: z.record(z.string(), z.unknown()).describe('Without secrets.'),
  error: z.string(),
  tries: z.number(),
  createdAt: instant,
  failedAt: instant.nullable(),
})
export type FailedJob = z.infer<typeof FailedJob>

/** A mail, or what went to Slack or a webhook, without what it said. */
export const PortalDelivery = z.object({
  id: z.string(),
  channel: DeliveryChannel,
  kind: z.string().describe('The kind of a mail; of others the event, such as alert.triggered.'),
  recipient: z.string().describe('A mail address, the host of a Slack address, or the address of a webhook.'),
  organisation: z.object({ id: z.string(), name: z.string() }).nullable().describe('Null for mails.'),
  state: z.enum(['waiting', 'sent', 'dropped', 'failed']),
  note: z.string().nullable().describe('Why it was not sent, or not yet.'),
  mayRetry: z
    .boolean()
    .describe('While it waits; where it failed, unless it is a mail, which is forgotten by then.'),
  createdAt: instant,
  triedAt: instant.nullable(),
})
export type PortalDelivery = z.infer<typeof PortalDelivery>

/** Something that can be switched off. */
export const FeatureSwitch = z.object({
  feature: Feature,
  description: z.string(),
  isOn: z.boolean(),
  changedAt: instant.nullable().describe('Null while it is as it came.'),
})
export type FeatureSwitch = z.infer<typeof FeatureSwitch>

/** What an organisation stores. */
export const StoredBytes = z.object({
  organisation: z.object({ id: z.string(), name: z.string() }),
  files: z.number(),
  bytes: z.number(),
  limitBytes: z.number().nullable(),
  byKind: z.array(z.object({ kind: FileKind, files: z.number(), bytes: z.number() })),
})
export type StoredBytes = z.infer<typeof StoredBytes>

const moment = z.iso.datetime({ offset: true })
const auditFilters = {
  action: AuditAction.optional(),
  actor: text(100).optional().describe('The id of who did it, an administrator in somebody’s name included.'),
  organisation: text(100).optional().describe('The id of where it was done.'),
  from: moment.optional().describe('Not before this instant.'),
  to: moment.optional().describe('Before this instant.'),
}

const JobParams = z.strictObject({ queue: z.string().max(100), jobId: z.uuid() })
const jobs = z.object({ data: z.array(JobQueue) })
const switches = z.object({ data: z.array(FeatureSwitch) })

export const administrationOperationEndpoints = {
  overview: endpoint({
    method: 'GET',
    path: '/api/admin/overview',
    tag,
    summary: 'How the portal is, and what needs somebody’s attention.',
    scope,
    output: AdminOverview,
    status: 200,
    errors: [],
  }),
  listJobs: endpoint({
    method: 'GET',
    path: '/api/admin/jobs',
    tag,
    summary: 'Background work by kind: what waits, runs and was given up, and what is done every day.',
    scope,
    output: jobs,
    status: 200,
    errors: [],
  }),
  listFailedJobs: endpoint({
    method: 'GET',
    path: '/api/admin/jobs/failed',
    tag,
    summary: 'Jobs that were given up, the newest first, with their error.',
    scope,
    query: z.strictObject({ ...adminPaging, queue: text(100).optional() }),
    output: z.object({ data: z.array(FailedJob), nextCursor: z.string().nullable() }),
    status: 200,
    errors: [],
  }),
  retryJob: endpoint({
    method: 'POST',
    path: '/api/admin/jobs/:queue/:jobId/retry',
    tag,
    summary: 'Try a job once more that was given up. Not one that was to send a mail that has ended.',
    scope,
    params: JobParams,
    output: jobs,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  discardJob: endpoint({
    method: 'POST',
    path: '/api/admin/jobs/:queue/:jobId/discard',
    tag,
    summary: 'Delete a job that was given up.',
    scope,
    params: JobParams,
    output: jobs,
    status: 200,
    errors: ['not_found'],
  }),
  listAudit: endpoint({
    method: 'GET',
    path: '/api/admin/audit',
    tag,
    summary: 'What was done in the whole portal, newest first.',
    scope,
    query: z.strictObject({ ...adminPaging, ...auditFilters }),
    output: z.object({ data: z.array(AuditEvent), nextCursor: z.string().nullable() }),
    status: 200,
    errors: [],
  }),
  exportAudit: endpoint({
    method: 'GET',
    path: '/api/admin/audit/export',
    tag,
    summary:
      'The same as CSV: the newest 100,000 events; a header x-portal-truncated says that there are more.',
    scope,
    query: z.strictObject(auditFilters),
    output: z.string(),
    mediaType: 'text/csv; charset=utf-8',
    status: 200,
    errors: [],
  }),
  listSwitches: endpoint({
    method: 'GET',
    path: '/api/admin/switches',
    tag,
    summary: 'What can be switched off, and whether it is on.',
    scope,
    output: switches,
    status: 200,
    errors: [],
  }),
  setSwitch: endpoint({
    method: 'PUT',
    path: '/api/admin/switches',
    tag,
    summary: 'Switch something on or off, at once and everywhere.',
    scope,
    body: z.strictObject({ feature: Feature, isOn: z.boolean() }),
    output: switches,
    status: 200,
    errors: [],
  }),
  listDeliveries: endpoint({
    method: 'GET',
    path: '/api/admin/deliveries',
    tag,
    summary:
      'Mails of the last two weeks, and what went to Slack and webhooks in 30 days, the newest first, and what became of each. Never what they said.',
    scope,
    query: z.strictObject({
      ...adminPaging,
      state: PortalDelivery.shape.state.optional(),
      channel: DeliveryChannel.optional(),
    }),
    output: z.object({ data: z.array(PortalDelivery), nextCursor: z.string().nullable() }),
    status: 200,
    errors: [],
  }),
  retryDelivery: endpoint({
    method: 'POST',
    path: '/api/admin/deliveries/:deliveryId/retry',
    tag,
    summary:
      'Send now what waits for its next try, and once more what failed on its way to Slack or a webhook. A mail that has ended is forgotten, and cannot be sent again.',
    scope,
    params: z.strictObject({ deliveryId: z.string() }),
    output: PortalDelivery,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  storage: endpoint({
    method: 'GET',
    path: '/api/admin/storage',
    tag,
    summary: 'What is stored, by kind, and the organisations that store most.',
    scope,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
    output: z.object({
      totals: z.array(z.object({ kind: FileKind, files: z.number(), bytes: z.number() })),
      data: z.array(StoredBytes),
      orphans: z.object({
        waiting: z.number().describe('Objects that belong to no file, to be deleted.'),
        lastCleanUpAt: instant.nullable(),
      }),
    }),
    status: 200,
    errors: [],
  }),
}
