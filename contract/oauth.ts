import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { PortalPath } from './portal-path.ts'
import { Done, instant } from './text.ts'

const tag = 'Authentication'
const limited = ['rate_limit_exceeded'] as const

/** A way in that is somebody else's. */
export const OAuthProvider = z.enum(['google', 'github'])
export type OAuthProvider = z.infer<typeof OAuthProvider>

const AwayTo = z.object({ url: z.string().describe('Where to send the browser.'), redirect: z.literal(true) })

/** Signing in with other sites' accounts. */
export const oauthEndpoints = {
  signInSocial: endpoint({
    method: 'POST',
    path: '/api/auth/sign-in/social',
    tag,
    summary: 'Begin to sign in with Google or GitHub.',
    scope: 'public',
    body: z.strictObject({ provider: OAuthProvider, callbackURL: PortalPath.default('/') }),
    output: AwayTo,
    status: 200,
    errors: ['not_found', 'upstream_error', ...limited],
  }),
  callback: endpoint({
    method: 'GET',
    path: '/api/auth/callback/:provider',
    tag,
    summary: 'Where Google and GitHub send the browser back to; it is sent on to a page of the portal.',
    scope: 'public',
    params: z.strictObject({ provider: z.string() }),
    output: z.string(),
    mediaType: 'text/plain',
    status: 302,
    errors: ['not_found'],
  }),
  linkSocial: endpoint({
    method: 'POST',
    path: '/api/auth/link-social',
    tag,
    summary: 'Begin to add Google or GitHub to your ways in.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({ provider: OAuthProvider, callbackURL: PortalPath.default('/settings/security') }),
    output: AwayTo,
    status: 200,
    errors: ['not_found', 'conflict', 'sign_in_not_recent'],
  }),
  listAccounts: endpoint({
    method: 'GET',
    path: '/api/auth/list-accounts',
    tag,
    summary: 'Your ways in: the password, and Google or GitHub where they are linked.',
    scope: 'person',
    output: z.array(
      z.object({
        providerId: z.enum(['credential', 'google', 'github']),
        email: z.string().nullable(),
        createdAt: instant,
      }),
    ),
    status: 200,
    errors: [],
  }),
  unlinkAccount: endpoint({
    method: 'POST',
    path: '/api/auth/unlink-account',
    tag,
    summary: 'Remove Google or GitHub from your ways in. The last way in stays.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({ providerId: OAuthProvider }),
    output: Done,
    status: 200,
    errors: ['not_found', 'conflict'],
  }),
}
