import { z } from 'zod'
import { SignedInUser } from './auth.ts'
import { endpoint } from './endpoint.ts'
import { GivenPassword } from './password.ts'
import { Done, instant, nameText } from './text.ts'

const tag = 'Passkeys'

/** Bytes in base64url, as all of WebAuthn's JSON has them (Web Authentication Level 3 §5.1). */
const bytes = (lengthMax: number) => z.base64url().min(1).max(lengthMax)
const CredentialId = bytes(1400)
const transports = z.array(z.string().max(30)).max(10)

/** What `navigator.credentials.create` gave, by its `toJSON`; members that are not named here are not looked at. */
export const PasskeyRegistration = z
  .object({
    id: CredentialId,
    rawId: CredentialId,
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON: bytes(4000),
      attestationObject: bytes(40_000),
      transports: transports.optional(),
    }),
  })
  .describe('A RegistrationResponseJSON, as `navigator.credentials.create` gives it.')
export type PasskeyRegistration = z.infer<typeof PasskeyRegistration>

/** What `navigator.credentials.get` gave, likewise. */
export const PasskeyAssertion = z
  .object({
    id: CredentialId,
    rawId: CredentialId,
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON: bytes(4000),
      authenticatorData: bytes(4000),
      signature: bytes(8000),
      userHandle: bytes(100).nullish(),
    }),
  })
  .describe('An AuthenticationResponseJSON, as `navigator.credentials.get` gives it.')
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>

const Descriptor = z.object({
  id: z.string(),
  type: z.string(),
  transports: z.array(z.string()).optional(),
})

const CreationOptions = z
  .object({
    rp: z.object({ id: z.string().optional(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    challenge: z.string(),
    pubKeyCredParams: z.array(z.object({ type: z.string(), alg: z.number() })),
    timeout: z.number().optional().describe('In milliseconds.'),
    excludeCredentials: z.array(Descriptor).optional(),
    authenticatorSelection: z
      .object({ residentKey: z.string().optional(), userVerification: z.string().optional() })
      .optional(),
    attestation: z.string().optional(),
    extensions: z.object({ credProps: z.boolean().optional() }).optional(),
  })
  .describe('A PublicKeyCredentialCreationOptionsJSON, for `navigator.credentials.create`.')

const RequestOptions = z
  .object({
    challenge: z.string(),
    rpId: z.string().optional(),
    timeout: z.number().optional().describe('In milliseconds.'),
    allowCredentials: z.array(Descriptor).optional(),
    userVerification: z.string().optional(),
  })
  .describe('A PublicKeyCredentialRequestOptionsJSON, for `navigator.credentials.get`.')

/** One passkey, as its owner sees it. */
export const Passkey = z.object({
  id: z.string(),
  name: z.string(),
  rpId: z.string().describe('The name of the portal that it works under.'),
  aaguid: z.string().describe('What made it: a model of security key, or a password manager.'),
  transports: z.array(z.string()),
  synced: z.boolean().describe('Whether it can be on several devices.'),
  backedUp: z.boolean().describe('Whether it is kept elsewhere, too, by what was last heard.'),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
})
export type Passkey = z.infer<typeof Passkey>

const PasskeyName = nameText(100)
const Password = GivenPassword.optional().describe('Accounts that have none take a recent sign-in instead.')
const limited = ['rate_limit_exceeded'] as const
const proven = ['invalid_credentials', 'sign_in_not_recent', ...limited] as const

export const passkeyEndpoints = {
  registrationOptions: endpoint({
    method: 'POST',
    path: '/api/auth/passkey/generate-register-options',
    tag,
    summary: 'Begin to add a passkey, with the password; the browser has five minutes.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({ password: Password }),
    bodyOptional: true,
    output: CreationOptions,
    status: 200,
    errors: ['conflict', ...proven],
  }),
  verifyRegistration: endpoint({
    method: 'POST',
    path: '/api/auth/passkey/verify-registration',
    tag,
    summary: 'Add the passkey that the browser made.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({ response: PasskeyRegistration, name: PasskeyName.default('Passkey') }),
    bodyBytesMax: 64 * 1024,
    output: Passkey,
    status: 200,
    errors: ['conflict'],
  }),
  authenticationOptions: endpoint({
    method: 'POST',
    path: '/api/auth/passkey/generate-authenticate-options',
    tag,
    summary:
      'Begin to sign in with a passkey: with any, or where a sign-in waits for its second factor, with one of that person’s.',
    scope: 'public',
    output: RequestOptions,
    status: 200,
    errors: ['conflict', ...limited],
  }),
  verifyAuthentication: endpoint({
    method: 'POST',
    path: '/api/auth/passkey/verify-authentication',
    tag,
    summary: 'Sign in with the passkey that the browser asked, or finish signing in with it.',
    scope: 'public',
    body: z.strictObject({ response: PasskeyAssertion }),
    bodyBytesMax: 64 * 1024,
    output: z.object({ user: SignedInUser }),
    status: 200,
    errors: ['conflict', 'invalid_passkey', 'no_sign_in', 'email_not_verified', ...limited],
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/auth/passkey/list-user-passkeys',
    tag,
    summary: 'Your passkeys, the oldest first.',
    scope: 'person',
    output: z.array(Passkey),
    status: 200,
    errors: [],
  }),
  update: endpoint({
    method: 'POST',
    path: '/api/auth/passkey/update-passkey',
    tag,
    summary: 'Give a passkey another name.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({ id: z.string(), name: PasskeyName }),
    output: Passkey,
    status: 200,
    errors: ['not_found'],
  }),
  delete: endpoint({
    method: 'POST',
    path: '/api/auth/passkey/delete-passkey',
    tag,
    summary: 'Remove a passkey, with the password. Every other device is signed out; the last way in stays.',
    scope: 'person',
    isPersonal: true,
    whileSuspended: true,
    body: z.strictObject({ id: z.string(), password: Password }),
    output: Done,
    status: 200,
    errors: ['not_found', 'conflict', ...proven],
  }),
}
