import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Done, instant, text } from './text.ts'

export const Permission = z.enum(['chat', 'images', 'vision'])
export type Permission = z.infer<typeof Permission>

/** What a key reaches besides its permissions: everything, model calls alone, or reading the account alone. */
export const KeyAccess = z.enum(['full', 'models', 'read'])
export type KeyAccess = z.infer<typeof KeyAccess>

export const KeyStatus = z.enum(['ACTIVE', 'REVOKED', 'EXPIRED'])
export type KeyStatus = z.infer<typeof KeyStatus>

export const PlanTier = z.enum(['FREE', 'PRO', 'ENTERPRISE'])
export type PlanTier = z.infer<typeof PlanTier>

const tokenLimit = z.int().min(1).max(1_000_000_000_000)

const settings = {
  name: text(100).min(1),
  description: text(500).nullable(),
  permissions: z
    .array(Permission)
    .min(1)
    .transform((given) => [...new Set(given)]),
  access: KeyAccess,
  ipWhitelist: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'Expected an IP address or a CIDR range.'))
    .max(100),
  dailyLimit: tokenLimit.nullable().describe('Tokens a UTC day; null is unlimited.'),
  monthlyLimit: tokenLimit.nullable().describe('Tokens a UTC month; null is unlimited.'),
  rpmLimit: z.int().min(1).max(100_000).nullable().describe('Requests in any 60 seconds; null is unlimited.'),
  expiresInDays: z.int().min(1).max(3650).nullable().describe('Days from now; null never expires.'),
}

export const CreateKeyBody = z.strictObject({
  ...settings,
  description: settings.description.default(null),
  permissions: settings.permissions.default(['chat', 'images', 'vision']),
  access: settings.access.default('full'),
  ipWhitelist: settings.ipWhitelist.default([]),
  dailyLimit: settings.dailyLimit.default(null),
  monthlyLimit: settings.monthlyLimit.default(null),
  rpmLimit: settings.rpmLimit.default(null),
  expiresInDays: settings.expiresInDays.default(null),
})
export type CreateKeyBody = z.infer<typeof CreateKeyBody>

export const UpdateKeyBody = z.strictObject(settings).partial()
export type UpdateKeyBody = z.infer<typeof UpdateKeyBody>

/** Seconds the old secret goes on working after a regenerate: not at all, a minute, an hour, a day. */
export const graceSecondsAllowed = [0, 60, 3600, 86_400] as const
export const RegenerateKeyBody = z.strictObject({ graceSeconds: z.literal(graceSecondsAllowed).default(0) })

export const RevokeKeyBody = z.strictObject({
  reason: text(500).min(1).optional(),
  leaked: z.boolean().default(false).describe('A key revoked as leaked can never be reactivated.'),
})

export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  prefix: z.string().describe('The first characters of the secret.'),
  lastCharacters: z.string().describe('The last characters of the secret.'),
  status: KeyStatus,
  tier: PlanTier,
  permissions: z.array(Permission),
  access: KeyAccess,
  ipWhitelist: z.array(z.string()),
  dailyLimit: z.number().nullable(),
  monthlyLimit: z.number().nullable(),
  rpmLimit: z.number().nullable(),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
  revokeReason: z.string().nullable(),
  leaked: z.boolean(),
  lastUsedAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
})
export type ApiKey = z.infer<typeof ApiKey>

/** A key together with its secret: the only time it is shown. */
export const ApiKeyWithSecret = ApiKey.extend({
  key: z.string(),
  oldKeyValidUntil: instant.nullable().describe('When the replaced secret stops working; null at once.'),
})
export type ApiKeyWithSecret = z.infer<typeof ApiKeyWithSecret>

export const KeyUsageDay = z.object({
  date: z.iso.date(),
  requests: z.number(),
  tokens: z.number(),
  cost: z.number().describe('US dollars.'),
  errors: z.number(),
})

export const KeyUsage = z.object({
  apiKey: z.object({ id: z.string(), name: z.string(), totalTokensUsed: z.number() }),
  dailyUsage: z.array(KeyUsageDay),
  stats: z.object({
    totalRequests: z.number(),
    totalTokens: z.number(),
    avgResponseTime: z.number().describe('Milliseconds.'),
  }),
})
export type KeyUsage = z.infer<typeof KeyUsage>

export const KeyRequestsDay = KeyUsageDay.extend({
  inputTokens: z.number(),
  outputTokens: z.number(),
  avgResponseTime: z.number(),
})

const KeyParams = z.strictObject({ keyId: z.string() })
const tag = 'API keys'

export const keyEndpoints = {
  list: endpoint({
    method: 'GET',
    path: '/api/keys',
    tag,
    summary: 'List the API keys of your organisation, newest first.',
    scope: 'read',
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(100),
      cursor: z.string().optional().describe('The nextCursor of the page before.'),
    }),
    output: z.object({ data: z.array(ApiKey), nextCursor: z.string().nullable() }),
    status: 200,
    errors: [],
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/keys',
    tag,
    summary: 'Create an API key. The secret is shown in this answer and never again.',
    scope: 'write',
    isPersonal: true,
    feature: 'api-keys',
    body: CreateKeyBody,
    output: ApiKeyWithSecret,
    status: 201,
    errors: ['plan_limit_reached'],
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/keys/:keyId',
    tag,
    summary: 'Get one API key.',
    scope: 'read',
    params: KeyParams,
    output: ApiKey,
    status: 200,
    errors: ['not_found'],
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/api/keys/:keyId',
    tag,
    summary: 'Change the name, description, permissions or limits of an API key.',
    scope: 'write',
    params: KeyParams,
    body: UpdateKeyBody,
    output: ApiKey,
    status: 200,
    errors: ['not_found', 'plan_limit_reached'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/keys/:keyId',
    tag,
    summary: 'Delete an API key for good. What it used stays in the ledger.',
    scope: 'write',
    params: KeyParams,
    output: Done,
    status: 200,
    errors: ['not_found'],
  }),
  regenerate: endpoint({
    method: 'POST',
    path: '/api/keys/:keyId/regenerate',
    tag,
    summary: 'Give an API key a new secret; the old one stops at once, or after a grace period.',
    scope: 'write',
    isPersonal: true,
    feature: 'api-keys',
    params: KeyParams,
    body: RegenerateKeyBody,
    bodyOptional: true,
    output: ApiKeyWithSecret,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
  revoke: endpoint({
    method: 'POST',
    path: '/api/keys/:keyId/revoke',
    tag,
    summary: 'Stop an API key from working.',
    scope: 'write',
    params: KeyParams,
    body: RevokeKeyBody,
    bodyOptional: true,
    output: ApiKey,
    status: 200,
    errors: ['not_found'],
  }),
  reactivate: endpoint({
    method: 'POST',
    path: '/api/keys/:keyId/reactivate',
    tag,
    summary: 'Let a revoked API key work again.',
    scope: 'write',
    params: KeyParams,
    output: ApiKey,
    status: 200,
    errors: ['not_found', 'conflict', 'plan_limit_reached'],
  }),
  usage: endpoint({
    method: 'GET',
    path: '/api/keys/:keyId/usage',
    tag,
    summary: 'What an API key used, day by day (UTC).',
    scope: 'read',
    params: KeyParams,
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(365).default(30) }),
    output: KeyUsage,
    status: 200,
    errors: ['not_found'],
  }),
  requests: endpoint({
    method: 'GET',
    path: '/api/keys/:keyId/requests',
    tag,
    summary: 'The most recent days on which an API key was used.',
    scope: 'read',
    params: KeyParams,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(10) }),
    output: z.object({ data: z.array(KeyRequestsDay) }),
    status: 200,
    errors: ['not_found'],
  }),
}
