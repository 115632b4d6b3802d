import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { PlanTier } from './keys.ts'
import { OrganisationRole } from './organisations.ts'
import { instant, text } from './text.ts'

const tag = 'Administration'
const scope = 'administrator'

/** The plans there are. */
export const PlanId = z.enum(['free', 'pro', 'enterprise'])
export type PlanId = z.infer<typeof PlanId>

const whole = z.number().int().min(1).max(1_000_000_000_000)
const until = z.iso.datetime({ offset: true }).nullable().describe('Null is for good.')
const overrideOf = (value: z.ZodType<number>) =>
  z.strictObject({ value: value.nullable().describe('Null is no limit.'), until })

/** What an organisation is allowed in place of what its plan says. */
export const Overrides = z
  .strictObject({
    requestsPerMinute: overrideOf(whole.max(10_000_000)),
    tokensPerDay: overrideOf(whole),
    tokensPerMonth: overrideOf(whole),
    tokenCeilingPercent: z.strictObject({
      value: z.number().int().min(100).max(1_000).describe('Of the tokens of a month, where use ends.'),
      until,
    }),
    storageBytesMax: overrideOf(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)),
    keysMax: overrideOf(whole.max(1_000_000)),
    parallelMax: overrideOf(whole.max(1_000_000)),
  })
  .partial()
export type Overrides = z.infer<typeof Overrides>

/** What an organisation is allowed; null is no limit. */
export const Allowance = z.object({
  tokensPerMonth: z.number().nullable(),
  tokenCeilingPercent: z.number().describe('Of those tokens, where use ends: 100 is at once.'),
  tokensPerDay: z.number().nullable(),
  requestsPerMinute: z.number().nullable(),
  storageBytesMax: z.number().nullable(),
  keysMax: z.number().nullable(),
  parallelMax: z.number().nullable(),
})
export type Allowance = z.infer<typeof Allowance>

/** An organisation in the list of all. */
export const AdminOrganisation = z.object({
  id: z.string(),
  name: z.string(),
  plan: PlanId,
  tier: PlanTier,
  memberCount: z.number(),
  hasOverrides: z.boolean(),
  suspendedAt: instant.nullable(),
  createdAt: instant,
})
export type AdminOrganisation = z.infer<typeof AdminOrganisation>

/** An organisation with all that an administrator sees of it. */
export const AdminOrganisationDetail = AdminOrganisation.extend({
  suspendReason: z.string().nullable(),
  overrides: Overrides.describe('Those that have run out included.'),
  allowed: Allowance.describe('What is in force now.'),
  members: z
    .array(z.object({ userId: z.string(), name: z.string(), email: z.string(), role: OrganisationRole }))
    .describe('The first joined first, at most 100.'),
  keyCount: z.number(),
  usage: z.object({
    from: instant,
    to: instant,
    requests: z.number(),
    tokens: z.number(),
    costUsd: z.number(),
    storageBytes: z.number(),
  }),
})
export type AdminOrganisationDetail = z.infer<typeof AdminOrganisationDetail>

/** A limit that something is at or under now. */
export const LimitInForce = z.object({
  limit: z.enum(['requests_per_minute', 'tokens_per_day', 'tokens_per_month', 'parallel']),
  of: z.enum(['key', 'organisation']),
  id: z.string(),
  name: z.string(),
  organisation: z.object({ id: z.string(), name: z.string() }),
  used: z.number().describe('With what requests under way hold.'),
  maximum: z.number(),
  share: z.number().describe('In percent.'),
})
export type LimitInForce = z.infer<typeof LimitInForce>

const OrganisationParams = z.strictObject({ organisationId: z.string() })
const Reason = text(300).min(1)
const errors = ['not_found', 'conflict'] as const

const act = <Body extends z.ZodObject>(
  name: string,
  { method = 'POST', body, summary }: { method?: 'POST' | 'PUT'; body: Body; summary: string },
) =>
  endpoint({
    ...({ method, path: `/api/admin/organisations/:organisationId/${name}`, tag, summary, scope } as const),
    ...({ params: OrganisationParams, body, output: AdminOrganisationDetail, status: 200, errors } as const),
  })

export const administrationOrganisationEndpoints = {
  listOrganisations: endpoint({
    method: 'GET',
    path: '/api/admin/organisations',
    tag,
    summary: 'Every organisation, the newest first.',
    scope,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: z.string().max(200).optional().describe('The nextCursor of the page before.'),
      q: text(200).optional().describe('What the name begins with, in any case; or an id.'),
      state: z.enum(['active', 'suspended']).optional(),
      plan: PlanId.optional(),
    }),
    output: z.object({ data: z.array(AdminOrganisation), nextCursor: z.string().nullable() }),
    status: 200,
    errors: [],
  }),
  getOrganisation: endpoint({
    method: 'GET',
    path: '/api/admin/organisations/:organisationId',
    tag,
    summary: 'An organisation, with its members, what it is allowed and what it used.',
    scope,
    params: OrganisationParams,
    output: AdminOrganisationDetail,
    status: 200,
    errors: ['not_found'],
  }),
  setPlan: act('plan', {
    method: 'PUT',
    body: z.strictObject({ plan: PlanId }),
    summary: 'Put an organisation on a plan; the next request counts by it.',
  }),
  setOverrides: act('overrides', {
    method: 'PUT',
    body: z.strictObject({ overrides: Overrides }),
    summary: 'Allow an organisation something else than its plan does; what is left out is the plan’s again.',
  }),
  suspendOrganisation: act('suspend', {
    body: z.strictObject({ reason: Reason }),
    summary: 'Stop an organisation’s keys and let its people only read, until that is taken back.',
  }),
  reinstateOrganisation: act('reinstate', {
    body: z.strictObject({}),
    summary: 'Let an organisation that is suspended work again.',
  }),
  listPlans: endpoint({
    method: 'GET',
    path: '/api/admin/plans',
    tag,
    summary: 'What each plan allows.',
    scope,
    output: z.object({
      data: z.array(
        Allowance.omit({ tokensPerDay: true }).extend({
          id: PlanId,
          name: z.string(),
          organisations: z.number().describe('How many are on it.'),
        }),
      ),
    }),
    status: 200,
    errors: [],
  }),
  limitsNow: endpoint({
    method: 'GET',
    path: '/api/admin/limits',
    tag,
    summary: 'The limits that are nearest to being reached in this process, as requests are counted now.',
    scope,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    output: z.object({ at: instant, data: z.array(LimitInForce) }),
    status: 200,
    errors: [],
  }),
}
