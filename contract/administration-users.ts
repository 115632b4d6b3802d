import { z } from 'zod'
import { PlanId } from './administration-organisations.ts'
import { SignedInUser } from './auth.ts'
import { endpoint } from './endpoint.ts'
import type { ErrorCode } from './errors.ts'
import { KeyStatus, PlanTier } from './keys.ts'
import { OrganisationRole } from './organisations.ts'
import { Done, instant, text } from './text.ts'

const tag = 'Administration'
const scope = 'administrator'

/** Why something was done, for whoever asks later. */
export const Reason = text(300).min(1)

/** A page of a list. */
export const adminPaging = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional().describe('The nextCursor of the page before.'),
}

export const PortalRole = z.enum(['user', 'admin'])
export type PortalRole = z.infer<typeof PortalRole>

/** Somebody with an account, in the list of all. */
export const AdminUser = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  role: PortalRole,
  tier: PlanTier.nullable().describe('Of the organisation that was made with them; null where it is gone.'),
  twoFactorEnabled: z.boolean(),
  suspendedAt: instant.nullable(),
  deletionAt: instant.nullable(),
  createdAt: instant,
  lastSeenAt: instant.nullable(),
})
export type AdminUser = z.infer<typeof AdminUser>

const AdminSession = z.object({
  id: z.string(),
  organisationId: z.string(),
  method: z.string(),
  ipAddress: z.string(),
  userAgent: z.string().nullable(),
  createdAt: instant,
  lastSeenAt: instant,
  impersonator: z.string().nullable().describe('The administrator whose hands it is in.'),
})

/** An API key as administrators see it: never its secret. */
export const AdminKey = z.object({
  id: z.string(),
  organisationId: z.string(),
  name: z.string(),
  prefix: z.string(),
  lastCharacters: z.string(),
  status: KeyStatus,
  lastUsedAt: instant.nullable(),
  createdAt: instant,
})
export type AdminKey = z.infer<typeof AdminKey>

/** Somebody with all that an administrator sees of them: never a secret, never what they wrote. */
export const AdminUserDetail = AdminUser.extend({
  suspendReason: z.string().nullable(),
  ways: z.array(z.string()).describe('How they can sign in: password, google, github, passkey.'),
  organisations: z.array(
    z.object({ id: z.string(), name: z.string(), role: OrganisationRole, tier: PlanTier }),
  ),
  sessions: z.array(AdminSession).describe('The last used first, at most 100.'),
  keys: z.array(AdminKey).describe('The newest first, at most 100.'),
  usage: z.object({ from: instant, requests: z.number(), tokens: z.number(), costUsd: z.number() }),
})
export type AdminUserDetail = z.infer<typeof AdminUserDetail>

const UserParams = z.strictObject({ userId: z.string() })
const errors = ['not_found', 'conflict'] as const

type Act<Body> = { body: Body; summary: string; more?: ErrorCode }

const act = <Body extends z.ZodObject>(name: string, { body, summary, more }: Act<Body>) =>
  endpoint({
    ...({ method: 'POST', path: `/api/admin/users/:userId/${name}`, tag, summary, scope } as const),
    ...({ params: UserParams, body, output: AdminUserDetail, status: 200 } as const),
    errors: more ? [...errors, more] : errors,
  })

const nothing = z.strictObject({})

export const administrationUserEndpoints = {
  listUsers: endpoint({
    method: 'GET',
    path: '/api/admin/users',
    tag,
    summary: 'Everybody with an account, the newest first.',
    scope,
    query: z.strictObject({
      ...adminPaging,
      q: text(200).optional().describe('What name or address begin with, in any case; or an id.'),
      role: PortalRole.optional(),
      state: z.enum(['active', 'suspended']).optional(),
      plan: PlanId.optional(),
    }),
    output: z.object({ data: z.array(AdminUser), nextCursor: z.string().nullable() }),
    status: 200,
    errors: [],
  }),
  getUser: endpoint({
    method: 'GET',
    path: '/api/admin/users/:userId',
    tag,
    summary: 'Somebody, with organisations, devices, keys and this month’s usage.',
    scope,
    params: UserParams,
    output: AdminUserDetail,
    status: 200,
    errors: ['not_found'],
  }),
  suspendUser: act('suspend', {
    body: z.strictObject({ reason: Reason.describe('They read it when they try to sign in.') }),
    summary: 'Sign somebody out and keep them and their keys out until that is taken back.',
  }),
  reinstateUser: act('reinstate', { body: nothing, summary: 'Let somebody who is suspended in again.' }),
  resetTwoFactor: act('reset-two-factor', {
    body: nothing,
    summary:
      'Turn two-factor sign-in off for somebody who cannot give a code. They are signed out, and told. Takes a sign-in of the last 10 minutes.',
    more: 'sign_in_not_recent',
  }),
  setRole: act('role', {
    body: z.strictObject({ role: PortalRole }),
    summary:
      'Make somebody an administrator, which takes a sign-in of the last 10 minutes, or none; the last one stays.',
    more: 'sign_in_not_recent',
  }),
  sendPasswordReset: act('send-password-reset', {
    body: nothing,
    summary: 'Mail somebody a link to set a new password.',
    more: 'rate_limit_exceeded',
  }),
  endUserSessions: act('end-sessions', {
    body: z.strictObject({ sessionId: z.string().optional().describe('All of them unless given.') }),
    summary: 'Sign somebody out, on one device or everywhere.',
  }),
  revokeUserKey: act('revoke-key', {
    body: z.strictObject({ keyId: z.string(), reason: Reason }),
    summary: 'Stop one of somebody’s API keys.',
  }),
  scheduleDeletion: act('schedule-deletion', {
    body: nothing,
    summary: 'Have an account deleted in 30 days, as its owner can. They are told.',
  }),
  cancelDeletion: act('cancel-deletion', {
    body: nothing,
    summary: 'Keep an account that was to be deleted.',
  }),
  impersonate: endpoint({
    method: 'POST',
    path: '/api/admin/users/:userId/impersonate',
    tag,
    summary: 'Sign in as somebody for an hour at most. Takes a sign-in of the last 10 minutes.',
    scope,
    params: UserParams,
    body: z.strictObject({ reason: Reason }),
    output: z.object({ user: SignedInUser, until: instant }),
    status: 200,
    errors: [...errors, 'sign_in_not_recent'],
  }),
  stopImpersonating: endpoint({
    method: 'POST',
    path: '/api/auth/stop-impersonating',
    tag,
    summary: 'End being signed in as somebody else, and go on as oneself.',
    scope: 'person',
    whileSuspended: true,
    output: Done,
    status: 200,
    errors: ['conflict'],
  }),
}
