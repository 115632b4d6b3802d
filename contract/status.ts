import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Done, Email, instant, nameText, text } from './text.ts'

const tag = 'Status'

/** How something is, or was on a day. */
export const StatusState = z.enum(['operational', 'degraded', 'down', 'maintenance', 'unknown'])
export type StatusState = z.infer<typeof StatusState>

export const IncidentImpact = z.enum(['degraded', 'down'])
export type IncidentImpact = z.infer<typeof IncidentImpact>

/** What an administrator may say that is being done. */
export const WrittenStage = z.enum(['investigating', 'identified', 'monitoring', 'resolved'])
export type WrittenStage = z.infer<typeof WrittenStage>

/** The same; `planned` is the announcement of maintenance. */
export const IncidentStage = z.enum(['planned', ...WrittenStage.options])
export type IncidentStage = z.infer<typeof IncidentStage>

const percent = z.number().min(0).max(100)
const minutes = z.number().int().nonnegative()
const ms = z.number().nullable().describe('Milliseconds; null where nothing was measured.')
const id = z.string().describe('api, chat, files, or model: and the id of a model.')

const Named = z.object({ id, name: z.string() })

/** A day (UTC) of a component. */
export const StatusDay = z.object({
  date: z.iso.date(),
  state: StatusState.describe('The worst of the day; unknown before the first start.'),
  uptime: percent
    .nullable()
    .describe('Share of the counted minutes in which it was not down; null without any.'),
  downMinutes: minutes.describe('Minutes in which it was down, or nothing was recorded at all.'),
  degradedMinutes: minutes,
  maintenanceMinutes: minutes.describe('Of planned maintenance, which are not counted.'),
})
export type StatusDay = z.infer<typeof StatusDay>

export const StatusComponent = Named.extend({
  state: StatusState,
  latencyMs: z
    .number()
    .nullable()
    .describe('How long the last probe took; null where it is judged otherwise.'),
  uptime: percent.nullable().describe('Of the days below.'),
  days: z.array(StatusDay).describe('90 days, today last.'),
})
export type StatusComponent = z.infer<typeof StatusComponent>

export const IncidentUpdate = z.object({
  id: z.string(),
  at: instant,
  stage: IncidentStage,
  text: z.string(),
})

export const Incident = z.object({
  id: z.string(),
  kind: z.enum(['incident', 'maintenance']),
  automatic: z.boolean().describe('Whether the portal found it itself.'),
  title: z.string(),
  impact: IncidentImpact.nullable().describe('Null for maintenance.'),
  components: z.array(Named),
  startsAt: instant,
  endsAt: instant.nullable().describe('When it was resolved; of maintenance, when it is planned to end.'),
  updates: z.array(IncidentUpdate).describe('Newest first.'),
})
export type Incident = z.infer<typeof Incident>

const ServiceLevel = z.object({
  from: instant,
  uptime: percent.nullable().describe('Null before anything was recorded.'),
  downMinutes: minutes,
  budgetMinutes: z.number().describe('How many minutes may be down in the whole period.'),
  leftMinutes: z.number().describe('Of them; below zero where more were.'),
})

/** How the portal works, for everybody. */
export const StatusReport = z.object({
  at: instant,
  state: StatusState,
  sentence: z.string(),
  components: z.array(StatusComponent),
  serviceLevel: z
    .object({ target: percent, month: ServiceLevel, last90Days: ServiceLevel })
    .describe('Of the API. The month is that of UTC.'),
  latency: z
    .object({ p50: ms, p95: ms, firstTokenP50: ms, firstTokenP95: ms })
    .describe('Of today’s answers (UTC).'),
  lastIncidentAt: instant.nullable().describe('When the last incident of the 90 days began.'),
  incidents: z.array(Incident).describe('Those of the last 90 days, newest first.'),
  maintenance: z.array(Incident).describe('What is planned or under way, the next first.'),
})
export type StatusReport = z.infer<typeof StatusReport>

const Components = z.array(text(210).min(1)).min(1).max(100)
const moment = z.iso.datetime({ offset: true, error: 'Expected an instant such as 2026-11-22T09:30:00Z.' })
const title = nameText(120)
const words = text(2000).min(1)
const Token = z.strictObject({ token: z.string().min(1).max(200) })

export const CreateIncidentBody = z.strictObject({
  title,
  impact: IncidentImpact,
  components: Components,
  stage: WrittenStage.exclude(['resolved']).default('investigating'),
  text: words,
})
export type CreateIncidentBody = z.infer<typeof CreateIncidentBody>

export const PlanMaintenanceBody = z.strictObject({
  title,
  components: Components,
  from: moment.describe('Not in the past.'),
  to: moment.describe('At most 7 days later.'),
  text: words,
})
export type PlanMaintenanceBody = z.infer<typeof PlanMaintenanceBody>

export const UpdateIncidentBody = z.strictObject({
  title: title.optional(),
  impact: IncidentImpact.optional(),
  components: Components.optional(),
  from: moment.optional().describe('Of maintenance that has not begun.'),
  to: moment.optional().describe('Of maintenance that is not over.'),
})
export type UpdateIncidentBody = z.infer<typeof UpdateIncidentBody>

export const WriteUpdateBody = z.strictObject({ stage: WrittenStage, text: words })
export type WriteUpdateBody = z.infer<typeof WriteUpdateBody>

const IncidentParams = z.strictObject({ incidentId: z.string() })

export const statusEndpoints = {
  page: endpoint({
    method: 'GET',
    path: '/status',
    tag,
    summary: 'How the portal works: a page for browsers, JSON for programs.',
    scope: 'public',
    output: StatusReport,
    status: 200,
    errors: ['rate_limit_exceeded', 'unavailable'],
  }),
  report: endpoint({
    method: 'GET',
    path: '/api/status',
    tag,
    summary:
      'How the portal works: components, their last 90 days, incidents, maintenance and the service level.',
    scope: 'public',
    output: StatusReport,
    status: 200,
    errors: ['rate_limit_exceeded', 'unavailable'],
  }),
  feed: endpoint({
    method: 'GET',
    path: '/status.rss',
    tag,
    summary: 'Incidents, maintenance and what was written of them in the last 90 days, as RSS 2.0.',
    scope: 'public',
    output: z.string(),
    mediaType: 'application/rss+xml; charset=utf-8',
    status: 200,
    errors: ['rate_limit_exceeded', 'unavailable'],
  }),
  subscribe: endpoint({
    method: 'POST',
    path: '/api/status/subscriptions',
    tag,
    summary:
      'Asks for mails about incidents. The address is mailed a link to confirm; the answer is always the same.',
    scope: 'public',
    body: z.strictObject({ email: Email }),
    output: Done,
    status: 200,
    errors: ['rate_limit_exceeded'],
  }),
  confirm: endpoint({
    method: 'POST',
    path: '/api/status/subscriptions/confirm',
    tag,
    summary: 'Confirms a subscription with the token of its link.',
    scope: 'public',
    body: Token,
    output: Done,
    status: 200,
    errors: ['invalid_token', 'rate_limit_exceeded'],
  }),
  unsubscribe: endpoint({
    method: 'POST',
    path: '/api/status/unsubscribe',
    tag,
    summary: 'Ends a subscription, as mail programs do with one click (RFC 8058); a body is not looked at.',
    scope: 'public',
    query: Token,
    output: Done,
    status: 200,
    errors: ['invalid_token', 'rate_limit_exceeded'],
  }),
}

const forAdministrators = { tag: 'Administration', scope: 'administrator' } as const

export const incidentEndpoints = {
  list: endpoint({
    ...forAdministrators,
    method: 'GET',
    path: '/api/admin/incidents',
    summary: 'The newest 100 incidents and maintenances, and which components there are.',
    output: z.object({ data: z.array(Incident), components: z.array(Named) }),
    status: 200,
    errors: ['not_found'],
  }),
  create: endpoint({
    ...forAdministrators,
    method: 'POST',
    path: '/api/admin/incidents',
    summary: 'Opens an incident with its first update.',
    body: CreateIncidentBody,
    output: Incident,
    status: 201,
    errors: ['not_found'],
  }),
  plan: endpoint({
    ...forAdministrators,
    method: 'POST',
    path: '/api/admin/maintenance',
    summary: 'Announces maintenance. Its minutes are not counted in the uptime of its components.',
    body: PlanMaintenanceBody,
    output: Incident,
    status: 201,
    errors: ['not_found'],
  }),
  update: endpoint({
    ...forAdministrators,
    method: 'PATCH',
    path: '/api/admin/incidents/:incidentId',
    summary: 'Changes what an incident or maintenance is said to be.',
    params: IncidentParams,
    body: UpdateIncidentBody,
    output: Incident,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  write: endpoint({
    ...forAdministrators,
    method: 'POST',
    path: '/api/admin/incidents/:incidentId/updates',
    summary: 'Writes an update; `resolved` ends the incident, or the maintenance.',
    params: IncidentParams,
    body: WriteUpdateBody,
    output: Incident,
    status: 201,
    errors: ['not_found', 'conflict'],
  }),
}
