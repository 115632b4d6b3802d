import { beforeEach, describe, expect, test, vi } from 'vitest'
import { moveClock } from '../sign-in/test-people.ts'
import { eventually } from '../test/index.ts'
import { useAdministration } from './test-administration.ts'

const { portal, anAdministrator, aKeyHolder, aSignedIn, eventsOf } = useAdministration()
const password = 'SecureP@ssw0rd!'
const minuteMs = 60_000
beforeEach(() => void vi.useRealTimers())

/** An administrator who is signed in as somebody. */
async function aPair() {
  const [admin, holder] = [await anAdministrator(), await aKeyHolder()]
  const before = admin.browser.copy()
  const begun = await admin.browser.post(`/api/admin/users/${holder.id}/impersonate`, { reason: 'Ticket 7' })
  return { admin, holder, before, begun }
}
const whoIs = async (browser: { get: (path: string) => Promise<{ body: unknown }> }) =>
  (await browser.get('/api/auth/get-session')).body as {
    user: { id: string }
    impersonation: { administrator: { id: string }; until: string } | null
  } | null

test('[AD8] an administrator sees what somebody sees, says so, and is themselves again', async () => {
  const { admin, holder, begun } = await aPair()
  expect([begun.status, begun.body.user.id]).toEqual([200, holder.id])
  const session = await whoIs(admin.browser)
  expect(session).toMatchObject({
    user: { id: holder.id },
    impersonation: { administrator: { id: admin.id } },
  })
  const lastsMs = Date.parse(session?.impersonation?.until ?? '') - Date.now()
  expect(lastsMs).toBeGreaterThan(59 * minuteMs)
  expect(lastsMs).toBeLessThanOrEqual(60 * minuteMs)
  expect((await admin.browser.get('/api/keys')).body.data).toMatchObject([{ name: 'Crawler' }])
  expect((await admin.browser.get('/api/admin/overview')).status).toBe(403)

  expect((await admin.browser.post('/api/auth/stop-impersonating')).status).toBe(200)
  expect(await whoIs(admin.browser)).toMatchObject({ user: { id: admin.id }, impersonation: null })
  expect((await admin.browser.get('/api/admin/overview')).status).toBe(200)
  expect((await admin.browser.post('/api/auth/stop-impersonating')).status).toBe(409)
})

test('[AD8] it takes a sign-in of the last ten minutes, and nobody signs in as an administrator', async () => {
  const [admin, other, person] = [await anAdministrator(), await anAdministrator(), await aSignedIn()]
  const as = (id: string) => admin.browser.post(`/api/admin/users/${id}/impersonate`, { reason: 'Ticket' })
  expect((await as(other.id)).status).toBe(409)
  expect((await as(admin.id)).status).toBe(409)
  moveClock(11 * minuteMs)
  const late = await as(person.id)
  expect([late.status, late.body.code]).toEqual([403, 'sign_in_not_recent'])
})

describe('what is the person’s alone', () => {
  const acts = [
    ['POST', '/api/user/password', { currentPassword: password, newPassword: 'Another-1-password' }],
    ['PATCH', '/api/user/profile', { email: 'mine@example.com' }],
    ['POST', '/api/user/deletion', { password }],
    ['GET', '/api/user/export', undefined],
    ['POST', '/api/auth/2fa/setup', undefined],
    ['POST', '/api/auth/2fa/verify', { token: '123456' }],
    ['POST', '/api/auth/2fa/disable', { token: '123456', password }],
    ['POST', '/api/auth/2fa/backup-codes', { token: '123456' }],
    ['POST', '/api/auth/passkey/generate-register-options', { password }],
    ['POST', '/api/auth/passkey/delete-passkey', { id: 'pky_1', password }],
    ['POST', '/api/auth/link-social', { provider: 'google', callbackURL: '/' }],
    ['POST', '/api/auth/unlink-account', { providerId: 'google' }],
    ['POST', '/api/keys', { name: 'Mine' }],
  ] as const
  const lasting = (organisationId: string, userId: string) => {
    const own = `/api/organisations/${organisationId}`
    return [
      ['POST', `${own}/invitations`, { email: 'me@example.com', role: 'admin' }],
      ['POST', `${own}/transfer`, { userId }],
      ['PATCH', `${own}/members/${userId}`, { role: 'viewer' }],
      ['DELETE', own, { name: 'Theirs' }],
      ['POST', '/api/organisations', { name: 'Another' }],
      ['POST', '/api/webhooks', { url: 'https://example.com/', events: ['alert.fired'] }],
      ['POST', '/api/webhooks/whk_1/rotate-secret', undefined],
      [
        'POST',
        '/api/alerts',
        { name: 'Mine', thresholds: [50], slackUrl: 'https://hooks.slack.com/services/T/B/x' },
      ],
      ['POST', '/api/chat/sessions/ses_1/shares', undefined],
      ['POST', '/api/auth/revoke-other-sessions', undefined],
      ['DELETE', '/api/user/deletion', undefined],
    ] as const
  }
  test('[AD9] nor does the administrator leave anything behind, or end anything, for good', async () => {
    const { admin, holder } = await aPair()
    for (const [method, path, body] of lasting(holder.organisationId, holder.id)) {
      const { status, body: answer } = await admin.browser.send(method, path, { body })
      expect([path, status, answer.code]).toEqual([path, 403, 'impersonated'])
    }
    expect((await holder.browser.get('/api/keys')).status).toBe(200)
  })

  test('[AD9] is refused to the administrator who is signed in as them', async () => {
    const { admin, holder } = await aPair()
    const all = [...acts, ['POST', `/api/keys/${holder.keyId}/regenerate`, {}] as const]
    for (const [method, path, body] of all) {
      const { status, body: answer } = await admin.browser.send(method, path, { body })
      expect([path, status, answer.code]).toEqual([path, 403, 'impersonated'])
    }
    expect(
      (await admin.browser.send('PATCH', '/api/user/profile', { body: { company: 'Acme' } })).status,
    ).toBe(200)
  })
})

test('[AD10] begin and end are in both logs, and what was done between names both', async () => {
  const { admin, holder } = await aPair()
  await admin.browser.send('PATCH', `/api/keys/${holder.keyId}`, { body: { name: 'Renamed' } })
  await admin.browser.post('/api/auth/stop-impersonating')
  const ofOrganisation = await holder.browser.get(`/api/organisations/${holder.organisationId}/audit`)
  const seen = ofOrganisation.body.data.slice(0, 3)
  expect(seen).toMatchObject([
    { action: 'administration.impersonation-ended', actor: { id: admin.id }, subject: { id: holder.id } },
    { action: 'key.updated', actor: { id: holder.id }, impersonator: { id: admin.id, name: 'Grace' } },
    {
      action: 'administration.impersonation-begun',
      actor: { id: admin.id },
      details: { reason: 'Ticket 7' },
    },
  ])
  const own = await admin.browser.get('/api/user/activity')
  expect(own.body.data.slice(0, 2).map(({ action }: { action: string }) => action)).toEqual([
    'administration.impersonation-ended',
    'administration.impersonation-begun',
  ])
  const portalWide = await admin.browser.get(`/api/admin/audit?actor=${admin.id}&action=key.updated`)
  expect(portalWide.body.data).toMatchObject([{ action: 'key.updated', impersonator: { id: admin.id } }])
})

describe('it ends', () => {
  test('[AD11] after an hour, however it is used, and that is on record', async () => {
    const { admin, holder } = await aPair()
    moveClock(30 * minuteMs)
    expect((await admin.browser.get('/api/keys')).status).toBe(200)
    moveClock(31 * minuteMs)
    expect((await admin.browser.get('/api/keys')).status).toBe(401)
    vi.useRealTimers()
    await portal().pool.query(
      `update pgboss.job set start_after = now() where name = 'end-impersonation' and state = 'created'`,
    )
    await eventually(async () => {
      const events = await eventsOf('administration.impersonation-ended')
      const [event] = events.filter((each) => each.subject_id === holder.id)
      const details = { reason: 'Nobody stopped it.' }
      expect(event).toMatchObject({ actor_id: admin.id, organisation_id: holder.organisationId, details })
    }, 15_000)
  })

  test('[AD11] at once when the administrator is signed out elsewhere, or is none any more', async () => {
    const one = await aPair()
    await one.before.post('/api/auth/sign-out')
    await eventually(async () => expect((await one.admin.browser.get('/api/keys')).status).toBe(401))
    const two = await aPair()
    await portal().pool.query(`update users set role = 'user' where id = $1`, [two.admin.id])
    const other = await anAdministrator()
    await other.browser.post(`/api/admin/users/${two.admin.id}/end-sessions`, {})
    await eventually(async () => expect((await two.admin.browser.get('/api/keys')).status).toBe(401))
  })

  test('[AD11] whoever signs out in somebody’s name is signed out altogether', async () => {
    const { admin, before } = await aPair()
    await admin.browser.post('/api/auth/sign-out')
    expect(await whoIs(admin.browser)).toBeNull()
    expect(await whoIs(before)).toBeNull()
  })
})

describe('an end that nobody asked for', () => {
  type Pair = Awaited<ReturnType<typeof aPair>>
  const withOther = async (path: string, body: object) => (await anAdministrator()).browser.post(path, body)
  const causes: [string, (pair: Pair) => Promise<{ status: number }>, string][] = [
    [
      'the administrator’s sign-out elsewhere',
      ({ before }) => before.post('/api/auth/sign-out'),
      'The administrator’s own session ended.',
    ],
    [
      'the administrator’s suspension',
      ({ admin }) => withOther(`/api/admin/users/${admin.id}/suspend`, { reason: 'Gone' }),
      'The administrator’s own session ended.',
    ],
    [
      'the person’s suspension',
      ({ holder }) => withOther(`/api/admin/users/${holder.id}/suspend`, { reason: 'Gone' }),
      'Its session was ended.',
    ],
    [
      'the administrator’s demotion',
      ({ admin }) => withOther(`/api/admin/users/${admin.id}/role`, { role: 'user' }),
      'A role changed.',
    ],
    [
      'the person’s promotion',
      ({ holder }) => withOther(`/api/admin/users/${holder.id}/role`, { role: 'admin' }),
      'A role changed.',
    ],
    [
      'a sign-in in the same browser',
      async ({ admin }) => {
        const { email } = await aSignedIn()
        return admin.browser.post('/api/auth/sign-in/email', { email, password })
      },
      'Somebody signed in over it.',
    ],
    [
      'the person’s ending of their other sessions',
      ({ holder }) => holder.browser.post('/api/auth/revoke-other-sessions'),
      'Its session was ended.',
    ],
  ]
  test.each(causes)('[AD34] is on record when it happens: %s', async (_, end, reason) => {
    const pair = await aPair()
    expect((await end(pair)).status).toBe(200)
    const ends = async () => {
      const events = await eventsOf('administration.impersonation-ended')
      return events.filter((each) => each.subject_id === pair.holder.id)
    }
    expect(await ends()).toMatchObject([
      { actor_id: pair.admin.id, organisation_id: pair.holder.organisationId, details: { reason } },
    ])
  })
})
