import { expect, test } from 'vitest'
import { endpoints } from './index.ts'

const asked = endpoints.filter(({ scope }) => scope !== 'public' && scope !== 'administrator')
const changing = asked.filter(({ method }) => method !== 'GET')
const named = (some: typeof endpoints) => some.map(({ method, path }) => `${method} ${path}`).sort()

test('[AD9] what stays for good, or gives something away, is not for whoever is signed in as somebody else', () => {
  // Whatever changes something is on one of the two sides: a new endpoint has to choose.
  expect(named(changing.filter(({ isPersonal }) => !isPersonal))).toEqual([
    'DELETE /api/alerts/:alertId',
    'DELETE /api/chat/prompts/:promptId',
    'DELETE /api/chat/sessions/:sessionId',
    'DELETE /api/chat/shares/:shareId',
    'DELETE /api/files/:fileId',
    'DELETE /api/keys/:keyId',
    'DELETE /api/organisations/:organisationId/invitations/:invitationId',
    'DELETE /api/webhooks/:webhookId',
    'PATCH /api/alerts/:alertId',
    'PATCH /api/chat/messages/:messageId',
    'PATCH /api/chat/prompts/:promptId',
    'PATCH /api/chat/sessions/:sessionId',
    'PATCH /api/chat/settings',
    'PATCH /api/keys/:keyId',
    'PATCH /api/organisations/:organisationId',
    'PATCH /api/user/profile',
    'POST /api/alerts',
    'POST /api/alerts/:alertId/restore',
    'POST /api/alerts/:alertId/test',
    'POST /api/auth/stop-impersonating',
    'POST /api/chat/attachments',
    'POST /api/chat/completions',
    'POST /api/chat/messages',
    'POST /api/chat/messages/:messageId/rating',
    'POST /api/chat/prompts',
    'POST /api/chat/sessions',
    'POST /api/chat/sessions/:sessionId/generations',
    'POST /api/chat/sessions/:sessionId/generations/:generationId/stop',
    'POST /api/chat/sessions/:sessionId/restore',
    'POST /api/deliveries/:deliveryId/redeliver',
    'POST /api/files/upload',
    'POST /api/keys/:keyId/reactivate',
    'POST /api/keys/:keyId/revoke',
    'POST /api/organisations/:organisationId/switch',
    'POST /api/v1/messages',
    'POST /api/v1/messages/count_tokens',
    'POST /api/webhooks/:webhookId/ping',
    'POST /api/webhooks/:webhookId/restore',
  ])
})

test('[AD21] only what is a person’s own can be changed from within a suspended organisation', () => {
  expect(named(asked.filter(({ whileSuspended }) => whileSuspended))).toEqual([
    'DELETE /api/user/deletion',
    'PATCH /api/user/profile',
    'POST /api/auth/2fa/backup-codes',
    'POST /api/auth/2fa/disable',
    'POST /api/auth/2fa/setup',
    'POST /api/auth/2fa/verify',
    'POST /api/auth/link-social',
    'POST /api/auth/passkey/delete-passkey',
    'POST /api/auth/passkey/generate-register-options',
    'POST /api/auth/passkey/update-passkey',
    'POST /api/auth/passkey/verify-registration',
    'POST /api/auth/revoke-other-sessions',
    'POST /api/auth/revoke-session',
    'POST /api/auth/stop-impersonating',
    'POST /api/auth/unlink-account',
    'POST /api/invitations/accept',
    'POST /api/organisations/:organisationId/leave',
    'POST /api/organisations/:organisationId/switch',
    'POST /api/user/deletion',
    'POST /api/user/password',
  ])
})
