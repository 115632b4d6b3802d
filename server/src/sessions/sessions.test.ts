import { SignJWT } from 'jose'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { codeOf, moveClock, password, usePortal } from '../sign-in/test-people.ts'
import type { Browser } from '../test/index.ts'

const { portal, open, aSignedIn, aPerson, aTwoFactorPerson, tokenTo } = usePortal()
const dayMs = 86_400_000
const minuteMs = 60_000
beforeEach(() => void vi.useRealTimers())

/** 200, or the code of the refusal. */
const profile = async (browser: Browser) => {
  const { status, body } = await browser.get('/api/user/profile')
  return status === 200 ? 200 : body.code
}
const cookieLine = (headers: Headers) => headers.getSetCookie().find((line) => /session=/.test(line)) ?? ''

describe('the cookie', () => {
  test('[SE1] is a signed note of a session’s id, out of the reach of scripts and other sites', async () => {
    const { email } = await aPerson()
    const { headers } = await open().post('/api/auth/sign-in/email', { email, password })
    const line = cookieLine(headers)
    expect(line).toMatch(/^portal-session=[\w-]+\.[\w-]+\.[\w-]+;/)
    expect(line.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Max-Age=2592000',
      'Path=/',
      'SameSite=Lax',
    ])
    const [, claims = ''] = line.split('.')
    const { sid, iat, exp, ...rest } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    expect([sid.slice(0, 4), exp - iat, rest]).toEqual(['ses_', 900, {}])
  })

  test('[SE1] is renewed past its 15 minutes, for as long as the session lives', async () => {
    const { browser } = await aSignedIn()
    const before = browser.cookies.get('portal-session')
    moveClock(14 * minuteMs)
    expect([await profile(browser), browser.cookies.get('portal-session')]).toEqual([200, before])
    moveClock(2 * minuteMs)
    expect(await profile(browser)).toBe(200)
    const after = browser.cookies.get('portal-session')
    expect(after).not.toBe(before)
    moveClock(29 * dayMs)
    expect(await profile(browser)).toBe(200)
    moveClock(30 * dayMs + 1)
    expect(await profile(browser)).toBe('session_ended')
  })

  test('[SE1] ends after 180 days, however often it is renewed', async () => {
    const { browser } = await aSignedIn()
    for (let day = 0; day < 160; day += 20) {
      moveClock(20 * dayMs)
      expect(await profile(browser)).toBe(200)
    }
    moveClock(20 * dayMs + 1)
    expect(await profile(browser)).toBe('session_ended')
  })

  test('[SE1] opens nothing where it is made up', async () => {
    const { browser } = await aSignedIn()
    const id = (await browser.get('/api/auth/get-session')).body.session.id
    const forged = await new SignJWT({ sid: id })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode('a secret of at least thirty-two characters'))
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ sid: id, iat: 1, exp: 9e9 }))}.`
    for (const token of [forged, none, 'x', id]) {
      const stranger = open()
      stranger.cookies.set('portal-session', token)
      expect(await profile(stranger)).toBe('session_ended')
    }
    expect((await open().get('/api/user/profile')).body.code).toBe('missing_credentials')
  })
})

describe('over https', () => {
  const origin = 'https://portal.example.com'
  const secure = usePortal({ PUBLIC_URL: origin })

  test('[SE1] the cookie is bound to this host and sent encrypted only', async () => {
    const email = 'secure@example.com'
    await secure.portal().services.accounts.createUser({ email, password, verified: true })
    const browser = secure.open()
    const { headers } = await browser.post('/api/auth/sign-in/email', { email, password }, { origin })
    expect(cookieLine(headers)).toMatch(/^__Host-portal-session=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(await profile(browser)).toBe(200)
    const local = await browser.post('/api/keys', { name: 'x' }, { origin: 'http://127.0.0.1:3000' })
    expect(local.status).toBe(403)
  })
})

describe('a session', () => {
  test('[SE2] ends with sign-out, and a copy of its cookie with it', async () => {
    const { browser } = await aSignedIn()
    const copy = browser.copy()
    expect(await profile(copy)).toBe(200)
    expect((await browser.post('/api/auth/sign-out')).body).toEqual({ success: true })
    expect(browser.cookies.has('portal-session')).toBe(false)
    expect(await profile(copy)).toBe('session_ended')
    const completion = await copy.post('/api/chat/completions', {
      model: 'test-model',
      messages: [{ role: 'user', content: 'Hi' }],
    })
    expect(completion.status).toBe(401)
    expect((await browser.post('/api/auth/sign-out')).status).toBe(200)
  })

  test('[SE2] of every other device ends with a new password', async () => {
    const { browser, email } = await aSignedIn()
    const other = open()
    await other.post('/api/auth/sign-in/email', { email, password })
    const wrong = await browser.post('/api/user/password', {
      currentPassword: 'Wr0ng-password!',
      newPassword: 'An0ther-password',
    })
    expect([wrong.status, await profile(other)]).toEqual([401, 200])
    const changed = await browser.post('/api/user/password', {
      currentPassword: password,
      newPassword: 'An0ther-password',
    })
    expect(changed.status).toBe(200)
    expect([await profile(browser), await profile(other)]).toEqual([200, 'session_ended'])
  })

  test('[SE2] [TF6] of every other device ends when two factors are turned on and off', async () => {
    const { browser, email } = await aSignedIn()
    const signInElsewhere = async () => {
      const other = open()
      await other.post('/api/auth/sign-in/email', { email, password })
      return other
    }
    const before = await signInElsewhere()
    const { secret } = (await browser.post('/api/auth/2fa/setup')).body
    await browser.post('/api/auth/2fa/verify', { token: codeOf(secret, -1) })
    expect([await profile(browser), await profile(before)]).toEqual([200, 'session_ended'])
    const after = await signInElsewhere()
    await after.post('/api/auth/two-factor/verify-totp', { code: codeOf(secret) })
    expect(await profile(after)).toBe(200)
    await browser.post('/api/auth/2fa/disable', { password, token: codeOf(secret, 1) })
    expect([await profile(browser), await profile(after)]).toEqual([200, 'session_ended'])
  })

  test('[SE3] is always a new one, and the one that the browser had ends', async () => {
    const { browser, email } = await aSignedIn()
    const copy = browser.copy()
    const idOf = async () => (await browser.get('/api/auth/get-session')).body.session.id
    const first = await idOf()
    await browser.post('/api/auth/sign-in/email', { email, password })
    expect(await idOf()).not.toBe(first)
    await vi.waitFor(async () => expect(await profile(copy)).toBe('session_ended'))
  })

  test('[SE5] counts nothing beside an API key', async () => {
    const { browser } = await aSignedIn()
    const { body: key } = await browser.post('/api/keys', { name: 'Read', access: 'read' })
    const made = await browser.post('/api/keys', { name: 'More' }, { authorization: `Bearer ${key.key}` })
    expect([made.status, made.body.code]).toEqual([403, 'permission_denied'])
    const wrong = await browser.post('/api/keys', { name: 'x' }, { authorization: 'Bearer sk-live-x' })
    expect(wrong.body.code).toBe('invalid_api_key')
  })

  test('an API key signs nobody out, and reaches nothing that is a person’s alone', async () => {
    const { browser } = await aSignedIn()
    const { body } = await browser.post('/api/keys', { name: 'Full' })
    const stranger = open()
    const withKey = (method: string, path: string, sent?: unknown) =>
      stranger.send(method, path, { body: sent, headers: { authorization: `Bearer ${body.key}` } })
    expect((await withKey('GET', '/api/auth/list-sessions')).status).toBe(403)
    const change = { currentPassword: password, newPassword: 'An0ther-password' }
    expect((await withKey('POST', '/api/user/password', change)).status).toBe(403)
    expect((await withKey('PATCH', '/api/user/profile', { email: 'e@example.com' })).body.param).toBe('email')
    expect((await withKey('PATCH', '/api/user/profile', { company: 'Acme' })).body.company).toBe('Acme')
    expect(await profile(browser)).toBe(200)
  })
})

describe('devices', () => {
  test('[SE4] are listed with the one in use first, and ended one by one or all others', async () => {
    const { browser, email } = await aSignedIn('198.51.100.20')
    const [second, third] = [open('198.51.100.21'), open('198.51.100.22')]
    for (const other of [second, third]) await other.post('/api/auth/sign-in/email', { email, password })
    const list = async () => (await browser.get('/api/auth/list-sessions')).body
    const devices = await list()
    expect(devices).toMatchObject([
      { current: true, ipAddress: '198.51.100.20', userAgent: 'Firefox', method: 'password' },
      { current: false, ipAddress: '198.51.100.22' },
      { current: false, ipAddress: '198.51.100.21' },
    ])
    expect((await browser.post('/api/auth/revoke-session', { id: devices[1].id })).status).toBe(200)
    expect([await profile(second), await profile(third)]).toEqual([200, 'session_ended'])
    await browser.post('/api/auth/revoke-other-sessions')
    expect([await profile(browser), await profile(second)]).toEqual([200, 'session_ended'])
    expect(await list()).toHaveLength(1)
  })

  test('[SE4] of others are a 404, as are those that never were', async () => {
    const [{ browser }, victim] = [await aSignedIn(), await aSignedIn()]
    const { id } = (await victim.browser.get('/api/auth/get-session')).body.session
    for (const wanted of [id, 'ses_none', 'ses_\0', `ses_${'0'.repeat(25)}\0`]) {
      expect((await browser.post('/api/auth/revoke-session', { id: wanted })).status).toBe(404)
    }
    expect(await profile(victim.browser)).toBe(200)
  })

  test('nobody signed in is null, not an error', async () => {
    expect((await open().get('/api/auth/get-session')).body).toBeNull()
    const stale = open()
    stale.cookies.set('portal-session', 'x')
    expect((await stale.get('/api/auth/get-session')).body).toBeNull()
  })
})

test('who may act in the organisation only by seeing makes no key and asks no model, but keeps their profile', async () => {
  const { browser, id } = await aSignedIn()
  await portal().pool.query(`update members set role = 'viewer' where user_id = $1`, [id])
  await portal().pool.query(`select pg_notify('portal_events', $1)`, [
    JSON.stringify({ type: 'user-changed', userId: id }),
  ])
  const make = () => browser.post('/api/keys', { name: 'x' })
  await vi.waitFor(async () => expect((await make()).status).toBe(403))
  expect((await browser.get('/api/keys')).status).toBe(200)
  expect((await browser.send('PATCH', '/api/user/profile', { body: { company: 'Acme' } })).status).toBe(200)
})

test('[SU3] a new address counts once it is confirmed, and the old one is told', async () => {
  const { browser, email } = await aSignedIn()
  const changed = `new-${email}`
  const asked = await browser.send('PATCH', '/api/user/profile', { body: { email: changed } })
  expect(asked.body).toMatchObject({ email, pendingEmail: changed })
  const token = await tokenTo(changed, 'confirm-new-address')
  expect((await open().post('/api/auth/verify-email', { token })).body.email).toBe(changed)
  expect((await browser.get('/api/user/profile')).body).toMatchObject({ email: changed, pendingEmail: null })
  expect((await open().post('/api/auth/sign-in/email', { email: changed, password })).status).toBe(200)
  await tokenTo(email, 'verify-email')
  const taken = await browser.send('PATCH', '/api/user/profile', {
    body: { email: (await aTwoFactorPerson()).email },
  })
  expect(taken.status).toBe(409)
})
