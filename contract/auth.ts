import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { OAuthProvider, oauthEndpoints } from './oauth.ts'
import { ActingOrganisation } from './organisations.ts'
import { GivenPassword, NewPassword } from './password.ts'
import { Done, Email, instant, nameText } from './text.ts'
import { TotpCode, twoFactorEndpoints } from './two-factor.ts'

const tag = 'Authentication'

/** A secret out of a mail. */
const MailToken = z.string().min(1).max(200)
const BackupCode = z
  .string()
  .max(40)
  .transform((code) => code.trim())

/** How somebody can show that it is they, after the first proof. */
export const SecondFactor = z.enum(['totp', 'passkey', 'backup-code'])
export type SecondFactor = z.infer<typeof SecondFactor>

/** Who is signed in, as every page needs it. */
export const SignedInUser = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  image: z.string().nullable(),
  role: z.enum(['USER', 'ADMIN']),
  twoFactorEnabled: z.boolean(),
  createdAt: instant,
})
export type SignedInUser = z.infer<typeof SignedInUser>

/** One device that is signed in. */
export const Session = z.object({
  id: z.string(),
  userId: z.string(),
  organisationId: z.string().describe('The organisation it acts for.'),
  method: z.enum(['password', 'google', 'github', 'passkey']),
  ipAddress: z.string(),
  userAgent: z.string().nullable(),
  createdAt: instant,
  lastSeenAt: instant,
  expiresAt: instant,
  current: z.boolean().describe('Whether it is the one that asks.'),
})
export type Session = z.infer<typeof Session>

/** An administrator who is signed in as somebody else. */
export const Impersonation = z.object({
  administrator: z.object({ id: z.string(), name: z.string() }),
  until: instant,
})
export type Impersonation = z.infer<typeof Impersonation>

export const RegisterBody = z.strictObject({ name: nameText(100), email: Email, password: NewPassword })

const SignIn = z.union([
  z.object({ redirect: z.literal(false), user: SignedInUser }),
  z.object({ twoFactorRedirect: z.literal(true), twoFactorMethods: z.array(SecondFactor) }),
])
const SignedIn = z.object({ user: SignedInUser })
const limited = ['rate_limit_exceeded'] as const

export const authEndpoints = {
  ways: endpoint({
    method: 'GET',
    path: '/api/auth/ways',
    tag,
    summary: 'The ways to sign in that this portal offers.',
    scope: 'public',
    output: z.object({
      password: z.literal(true),
      providers: z.array(OAuthProvider),
      signUp: z.boolean().describe('Whether new people may sign up by themselves.'),
      mailbox: z.boolean().describe('Whether mails go to the mailbox at /dev/mailbox, and you may see it.'),
    }),
    status: 200,
    errors: [],
  }),
  register: endpoint({
    method: 'POST',
    path: '/api/auth/register',
    tag,
    summary: 'Sign up. A mail with a link confirms the address; 5 tries in 15 minutes and address.',
    scope: 'public',
    feature: 'sign-up',
    body: RegisterBody,
    output: z.object({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      requiresVerification: z.boolean(),
    }),
    status: 201,
    errors: ['conflict', ...limited],
  }),
  claimPortal: endpoint({
    method: 'POST',
    path: '/api/auth/claim-portal',
    tag,
    summary: 'Become the administrator of a new portal, with the token of the link that its start prints.',
    scope: 'public',
    body: RegisterBody.extend({ token: MailToken }),
    output: SignedIn,
    status: 201,
    errors: ['invalid_token', 'conflict', ...limited],
  }),
  verifyEmail: endpoint({
    method: 'POST',
    path: '/api/auth/verify-email',
    tag,
    summary: 'Confirm an e-mail address with the token that was mailed to it.',
    scope: 'public',
    body: z.strictObject({ token: MailToken }),
    output: z.object({ success: z.literal(true), email: z.string() }),
    status: 200,
    errors: ['invalid_token', ...limited],
  }),
  resendVerification: endpoint({
    method: 'POST',
    path: '/api/auth/resend-verification',
    tag,
    summary: 'Mail the link again; 3 tries in 5 minutes and address. The answer never tells who is known.',
    scope: 'public',
    body: z.strictObject({ email: Email }),
    output: Done,
    status: 200,
    errors: limited,
  }),
  forgotPassword: endpoint({
    method: 'POST',
    path: '/api/auth/forgot-password',
    tag,
    summary:
      'Mail a link to set a new password; 3 tries in 15 minutes and address. Never tells who is known.',
    scope: 'public',
    body: z.strictObject({ email: Email }),
    output: Done,
    status: 200,
    errors: limited,
  }),
  resetPassword: endpoint({
    method: 'POST',
    path: '/api/auth/reset-password',
    tag,
    summary: 'Set a new password with the token that was mailed. Every device is signed out.',
    scope: 'public',
    body: z.strictObject({ token: MailToken, password: NewPassword }),
    output: Done,
    status: 200,
    errors: ['invalid_token', ...limited],
  }),
  signIn: endpoint({
    method: 'POST',
    path: '/api/auth/sign-in/email',
    tag,
    summary: 'Sign in with e-mail address and password; where a second factor is on, that comes next.',
    scope: 'public',
    body: z.strictObject({ email: Email, password: GivenPassword }),
    output: SignIn,
    status: 200,
    errors: ['invalid_credentials', 'email_not_verified', ...limited],
  }),
  verifyTotp: endpoint({
    method: 'POST',
    path: '/api/auth/two-factor/verify-totp',
    tag,
    summary: 'Finish signing in with a code of the authenticator app. Each code works once.',
    scope: 'public',
    body: z.strictObject({ code: TotpCode }),
    output: SignedIn,
    status: 200,
    errors: ['invalid_code', 'no_sign_in', 'conflict', ...limited],
  }),
  verifyBackupCode: endpoint({
    method: 'POST',
    path: '/api/auth/two-factor/verify-backup-code',
    tag,
    summary: 'Finish signing in with a backup code. Each works once.',
    scope: 'public',
    body: z.strictObject({ code: BackupCode }),
    output: SignedIn,
    status: 200,
    errors: ['invalid_code', 'no_sign_in', 'conflict', ...limited],
  }),
  getSession: endpoint({
    method: 'GET',
    path: '/api/auth/get-session',
    tag,
    summary: 'Who is signed in, on which device, and for which organisation; null where nobody is.',
    scope: 'public',
    output: z
      .object({
        session: Session,
        user: SignedInUser,
        organisation: ActingOrganisation,
        impersonation: Impersonation.nullable().describe('Null where it is they themselves.'),
      })
      .nullable(),
    status: 200,
    errors: [],
  }),
  signOut: endpoint({
    method: 'POST',
    path: '/api/auth/sign-out',
    tag,
    summary: 'Sign this device out.',
    scope: 'public',
    output: Done,
    status: 200,
    errors: [],
  }),
  listSessions: endpoint({
    method: 'GET',
    path: '/api/auth/list-sessions',
    tag,
    summary: 'The devices you are signed in on, the one in use first.',
    scope: 'person',
    output: z.array(Session),
    status: 200,
    errors: [],
  }),
  revokeSession: endpoint({
    method: 'POST',
    path: '/api/auth/revoke-session',
    tag,
    summary: 'Sign one of your devices out.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({ id: z.string() }),
    output: Done,
    status: 200,
    errors: ['not_found'],
  }),
  revokeOtherSessions: endpoint({
    method: 'POST',
    path: '/api/auth/revoke-other-sessions',
    tag,
    summary: 'Sign every other device out.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    output: Done,
    status: 200,
    errors: [],
  }),
  ...twoFactorEndpoints,
  ...oauthEndpoints,
}
