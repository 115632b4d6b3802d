import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { instant, text } from './text.ts'

const tag = 'Usage'

/** How a request ended. */
export const RequestStatus = z.enum(['ok', 'client_cancelled', 'upstream_error', 'portal_error', 'node_died'])
export type RequestStatus = z.infer<typeof RequestStatus>

/** A status, or several by one name: `success` was served, also to who left; `error` was not. */
export const UsageStatus = z.enum([...RequestStatus.options, 'success', 'error'])
export type UsageStatus = z.infer<typeof UsageStatus>

export const UsagePeriod = z.enum(['24h', '7d', '30d', '90d'])
export type UsagePeriod = z.infer<typeof UsagePeriod>

const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'Expected a day such as 2026-11-22 or an instant such as 2026-11-22T09:30:00Z.',
  })
  .refine((text) => text >= '2000' && text < '2200', 'Expected a year from 2000 to 2199.')

const isTimezone = (name: string): boolean => {
  try {
    // An offset is no zone: it knows nothing of summer.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false
  }
}

/** What usage is narrowed by. */
export const UsageQuery = z.strictObject({
  period: UsagePeriod.optional().describe('Up to now; 30d unless from is given.'),
  from: moment.optional().describe('Instead of a period: the first day, or an instant.'),
  to: moment.optional().describe('The last day, or the instant before which; now unless said.'),
  timezone: z
    .string()
    .max(64)
    .refine(isTimezone, 'Expected a time zone such as Europe/Berlin.')
    .default('UTC')
    .describe('Whose days are meant.'),
  apiKey: text(100)
    .optional()
    .describe('The id of a key; "none" is what was asked without one, as in chats.'),
  model: text(200).optional(),
  status: UsageStatus.optional(),
  user: text(100).optional().describe('The id of a member; for those who see the whole organisation.'),
})
export type UsageQuery = z.infer<typeof UsageQuery>

const ms = z.number().describe('Milliseconds.')
const usd = z.number().describe('US dollars.')
const percent = z.number().min(0).max(100)

const Amounts = z.object({ requests: z.number(), tokens: z.number(), cost: usd, errors: z.number() })

/** The use of a day, or of an hour, of the time zone. */
export const UsageDay = Amounts.extend({
  date: z.string().describe('2026-11-22, or 2026-11-22T14:00 where these are hours.'),
  inputTokens: z.number(),
  cachedTokens: z.number().describe('Of the input tokens, those that the model had in its cache.'),
  outputTokens: z.number(),
  avgResponseTime: ms.nullable().describe('Null where nothing was asked.'),
})
export type UsageDay = z.infer<typeof UsageDay>

const Share = Amounts.extend({ percentage: percent.describe('Of the cost.') })

export const UsageSummary = z.object({
  from: instant,
  to: instant,
  stats: z.object({
    totalRequests: z.number(),
    totalTokens: z.number(),
    inputTokens: z.number(),
    cachedTokens: z.number(),
    outputTokens: z.number(),
    totalCost: usd,
    unpricedRequests: z.number().describe('Those whose price is not known: they count as nothing in costs.'),
    avgResponseTime: ms.nullable(),
    p50ResponseTime: ms.nullable(),
    p95ResponseTime: ms.nullable(),
    p50FirstToken: ms.nullable().describe('Of streams: when the first token was there.'),
    p95FirstToken: ms.nullable(),
    errorCount: z.number(),
    errorRate: percent,
  }),
  dailyUsage: z.array(UsageDay),
  byModel: z.array(Share.extend({ model: z.string() })),
  byKey: z.array(
    Share.extend({
      keyId: z.string().nullable().describe('Null is what was asked without a key.'),
      name: z.string().nullable().describe('Null once the key is gone.'),
    }),
  ),
  byUser: z
    .array(
      Share.extend({ userId: z.string(), name: z.string().nullable().describe('Null once they are gone.') }),
    )
    .describe('Empty for those who see their own use alone.'),
  costBreakdown: z.object({
    inputTokensCost: usd,
    cachedTokensCost: usd.describe(
      'Of input that the model had kept; the input beside it is `inputTokensCost`.',
    ),
    outputTokensCost: usd,
    imagesCost: usd.describe('0 as long as no model is paid by the image.'),
    total: usd.describe(
      'All four: `inputTokensCost`, `cachedTokensCost`, `outputTokensCost` and `imagesCost`.',
    ),
  }),
})
export type UsageSummary = z.infer<typeof UsageSummary>

/** How long answers took on a day, or in an hour; null where nothing was measured. */
export const LatencyDay = z.object({
  date: z.string(),
  p50: ms.nullable(),
  p95: ms.nullable(),
  firstTokenP50: ms.nullable(),
  firstTokenP95: ms.nullable(),
})

const Named = z.object({ id: z.string(), name: z.string().nullable() })

export const UsageFilters = z.object({
  keys: z.array(Named.extend({ deleted: z.boolean() })),
  models: z.array(z.string()),
  statuses: z.array(UsageStatus),
  users: z.array(Named).describe('Empty for those who see their own use alone.'),
})
export type UsageFilters = z.infer<typeof UsageFilters>

/** A row of the ledger. */
export const LedgerRequest = z.object({
  id: z.string(),
  at: instant,
  model: z.string(),
  purpose: z.string().describe('api, chat, title, voice.'),
  format: z.string().describe('The dialect that was spoken.'),
  apiKey: Named.nullable(),
  user: Named,
  sessionId: z.string().nullable(),
  status: RequestStatus,
  errorCode: z.string().nullable(),
  streamed: z.boolean(),
  attempts: z.number(),
  inputTokens: z.number(),
  cachedTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
  estimated: z.boolean().describe('Whether its tokens were counted here, for want of a word from the model.'),
  cost: usd.nullable().describe('Null where the price is not known.'),
  latencyMs: z.number(),
  firstTokenMs: z.number().nullable(),
})
export type LedgerRequest = z.infer<typeof LedgerRequest>

/** How answers of a model were rated on a day, or in an hour; those that nobody rated are not there. */
export const RatingsDay = z.object({
  date: z.string(),
  model: z.string(),
  up: z.number(),
  down: z.number(),
})
export type RatingsDay = z.infer<typeof RatingsDay>

/** This billing period against its plan. */
export const UsageOfPlan = z.object({
  from: instant,
  to: instant.describe('When the next period begins.'),
  tokens: z.object({ used: z.number(), limit: z.number().nullable(), forecast: z.number() }),
  cost: z
    .object({ used: usd, forecast: usd })
    .nullable()
    .describe('Null for those who see their own use alone.'),
})
export type UsageOfPlan = z.infer<typeof UsageOfPlan>

/** What was used today, in the time zone. */
export const UsageToday = Amounts
export type UsageToday = z.infer<typeof UsageToday>

const errors = ['invalid_request', 'permission_denied'] as const

export const usageEndpoints = {
  summary: endpoint({
    method: 'GET',
    path: '/api/usage/summary',
    tag,
    summary: 'Requests, tokens, cost, errors and times of a period, by day, model, key and user.',
    scope: 'read',
    query: UsageQuery,
    output: UsageSummary,
    status: 200,
    errors,
  }),
  filters: endpoint({
    method: 'GET',
    path: '/api/usage/filters',
    tag,
    summary: 'What usage can be narrowed by: keys, models, statuses and users.',
    scope: 'read',
    output: UsageFilters,
    status: 200,
    errors: [],
  }),
  latency: endpoint({
    method: 'GET',
    path: '/api/usage/latency',
    tag,
    summary: 'How long answers took, by day, or by hour below 48 hours.',
    scope: 'read',
    query: UsageQuery,
    output: z.object({ data: z.array(LatencyDay) }),
    status: 200,
    errors,
  }),
  requests: endpoint({
    method: 'GET',
    path: '/api/usage/requests',
    tag,
    summary: 'The ledger, newest first: every request, without what was asked and answered.',
    scope: 'read',
    query: UsageQuery.extend({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: z.string().optional().describe('The nextCursor of the page before.'),
    }),
    output: z.object({ data: z.array(LedgerRequest), nextCursor: z.string().nullable() }),
    status: 200,
    errors,
  }),
  export: endpoint({
    method: 'GET',
    path: '/api/usage/export',
    tag,
    summary: 'The same as a file, all of it: CSV, or a JSON array.',
    scope: 'read',
    query: UsageQuery.extend({ format: z.enum(['csv', 'json']).default('csv') }),
    output: z.string(),
    mediaType: 'text/csv; charset=utf-8',
    status: 200,
    errors,
  }),
  ratings: endpoint({
    method: 'GET',
    path: '/api/usage/ratings',
    tag,
    summary: 'How answers were rated, by model and day, or by hour below 48 hours.',
    scope: 'read',
    query: UsageQuery.pick({ period: true, from: true, to: true, timezone: true, model: true, user: true }),
    output: z.object({ data: z.array(RatingsDay) }),
    status: 200,
    errors,
  }),
  plan: endpoint({
    method: 'GET',
    path: '/api/usage/plan',
    tag,
    summary: 'This billing period against its plan, and what it will come to.',
    scope: 'read',
    output: UsageOfPlan,
    status: 200,
    errors: [],
  }),
  live: endpoint({
    method: 'GET',
    path: '/api/usage/live',
    tag,
    summary: 'What was used today, told whenever it changes.',
    scope: 'read',
    query: UsageQuery.pick({ timezone: true }),
    output: UsageToday,
    mediaType: 'text/event-stream; charset=utf-8',
    events: UsageToday,
    status: 200,
    errors: ['invalid_request'],
  }),
}
