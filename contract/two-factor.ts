import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { GivenPassword } from './password.ts'
import { Done } from './text.ts'

const tag = 'Authentication'
const limited = ['rate_limit_exceeded'] as const

/** Six digits of an authenticator app, as people type them: spaces do not count. */
export const TotpCode = z
  .string()
  .max(20)
  .transform((code) => code.replace(/\s/g, ''))

/** Turning two-factor sign-in on and off. */
export const twoFactorEndpoints = {
  setUpTwoFactor: endpoint({
    method: 'POST',
    path: '/api/auth/2fa/setup',
    tag,
    summary:
      'Begin to turn on two-factor sign-in: a secret for an authenticator app, as text and as a QR code.',
    scope: 'self',
    isPersonal: true,
    whileSuspended: true,
    output: z.object({
      secret: z.string().describe('In base 32.'),
      qrCode: z.string().describe('The otpauth URL as a PNG, in a data URL.'),
      otpauthUrl: z.string(),
    }),
    status: 200,
    errors: ['conflict'],
  }),
  verifyTwoFactor: endpoint({
    method: 'POST',
    path: '/api/auth/2fa/verify',
    tag,
    summary: 'Turn two-factor sign-in on with a first code. The backup codes are shown this once.',
    scope: 'self',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({ token: TotpCode }),
    output: z.object({ success: z.literal(true), backupCodes: z.array(z.string()) }),
    status: 200,
    errors: ['conflict', 'invalid_code', ...limited],
  }),
  disableTwoFactor: endpoint({
    method: 'POST',
    path: '/api/auth/2fa/disable',
    tag,
    summary: 'Turn two-factor sign-in off, with the password and a code or backup code.',
    scope: 'self',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({
      password: GivenPassword.optional().describe('Accounts that have none take a recent sign-in instead.'),
      token: z.string().min(1).max(40).describe('A code of the authenticator app, or a backup code.'),
    }),
    output: Done,
    status: 200,
    errors: ['conflict', 'invalid_code', 'invalid_credentials', 'sign_in_not_recent', ...limited],
  }),
  renewBackupCodes: endpoint({
    method: 'POST',
    path: '/api/auth/2fa/backup-codes',
    tag,
    summary: 'Ten new backup codes in place of the old ones, shown this once.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({ token: TotpCode }),
    output: z.object({ backupCodes: z.array(z.string()) }),
    status: 200,
    errors: ['conflict', 'invalid_code', ...limited],
  }),
}
