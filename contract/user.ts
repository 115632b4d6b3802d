import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { GivenPassword, NewPassword } from './password.ts'
import { Done, Email, instant, nameText, text } from './text.ts'

const tag = 'User profile'

const isTimezone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const Timezone = z.string().max(100).refine(isTimezone, 'Expected a time zone such as Europe/Athens.')

/** Somebody's profile, as they see it. */
export const Profile = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  pendingEmail: z.string().nullable().describe('A new address that was not confirmed yet.'),
  role: z.enum(['USER', 'ADMIN']),
  status: z.enum(['ACTIVE', 'DELETING']),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  company: z.string().nullable(),
  phone: z.string().nullable(),
  timezone: z.string().nullable(),
  hasPassword: z.boolean(),
  twoFactorEnabled: z.boolean(),
  deletionAt: instant.nullable().describe('When the account will be deleted; null where it will not.'),
  createdAt: instant,
})
export type Profile = z.infer<typeof Profile>

export const UpdateProfileBody = z
  .strictObject({
    name: nameText(100),
    email: Email.describe('Takes effect when the link mailed to it is followed.'),
    firstName: text(100).nullable(),
    lastName: text(100).nullable(),
    company: text(200).nullable(),
    phone: z
      .string()
      .trim()
      .regex(/^\+?[0-9 ()./-]{3,30}$/, 'Expected a telephone number such as +30 210 1234567.')
      .nullable(),
    timezone: Timezone.nullable(),
  })
  .partial()
export type UpdateProfileBody = z.infer<typeof UpdateProfileBody>

export const userEndpoints = {
  exportData: endpoint({
    method: 'GET',
    path: '/api/user/export',
    tag,
    summary: 'Everything that is yours, as a zip; 5 times an hour.',
    scope: 'person',
    isPersonal: true,
    output: z.string(),
    mediaType: 'application/zip',
    status: 200,
    errors: ['rate_limit_exceeded'],
  }),
  askForDeletion: endpoint({
    method: 'POST',
    path: '/api/user/deletion',
    tag,
    summary: 'Have your account deleted in 30 days. Until then it works as before, and you can keep it.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({
      password: GivenPassword.optional().describe('Accounts that have none take a recent sign-in instead.'),
    }),
    output: z.object({ deletionAt: instant }),
    status: 200,
    errors: ['conflict', 'invalid_credentials', 'sign_in_not_recent', 'rate_limit_exceeded'],
  }),
  undoDeletion: endpoint({
    method: 'DELETE',
    path: '/api/user/deletion',
    tag,
    summary: 'Keep your account after all.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    output: Done,
    status: 200,
    errors: [],
  }),
  profile: endpoint({
    method: 'GET',
    path: '/api/user/profile',
    tag,
    summary: 'Your profile.',
    scope: 'read',
    output: Profile,
    status: 200,
    errors: [],
  }),
  updateProfile: endpoint({
    method: 'PATCH',
    path: '/api/user/profile',
    tag,
    summary: 'Change your profile. A new e-mail address counts once it is confirmed.',
    scope: 'self',
    whileSuspended: true,
    body: UpdateProfileBody,
    output: Profile,
    status: 200,
    errors: ['sign_in_not_recent', 'permission_denied', 'conflict', 'rate_limit_exceeded'],
  }),
  changePassword: endpoint({
    method: 'POST',
    path: '/api/user/password',
    tag,
    summary: 'Change your password with the current one. Every other device is signed out.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({
      currentPassword: GivenPassword.optional().describe(
        'Accounts that have none yet take a recent sign-in instead.',
      ),
      newPassword: NewPassword,
    }),
    output: Done,
    status: 200,
    errors: ['invalid_credentials', 'sign_in_not_recent', 'rate_limit_exceeded'],
  }),
}
